// SPDX-License-Identifier: GPL-3.0-or-later

import type { Check, Owner, ProofEvidence } from '../core/proof/types.ts';
import { ownerName } from './proof.ts';
import { _, fill, ngettext } from './translate.ts';

/** What was looked at, as lines; requests that were refused alike are one. */
export function evidenceLines({
  evidence,
}: Check): readonly { readonly sentence: string; readonly raw: string }[] {
  const refused = evidence.filter(({ id }) => id === 'key-refused');
  const first = refused[0];
  return evidence.flatMap((each) => {
    if (each.id !== 'key-refused') return [{ sentence: proofEvidenceSentence(each), raw: each.raw }];
    if (each !== first) return [];
    const count = refused.length;
    const text = ngettext('{count} request was refused', '{count} requests were refused', count);
    return [{ sentence: fill(text, { count }), raw: refused.map(({ raw }) => raw).join('\n') }];
  });
}

/** What a piece of evidence means, without a full stop. What was read stands beside it, as it was. */
export function proofEvidenceSentence({ id, args }: ProofEvidence): string {
  const named = {
    ...args,
    name: args['owner'] === undefined ? (args['name'] ?? '') : ownerName(args['owner'] as Owner),
  };
  switch (id) {
    case 'served-by-other':
      return fill(_('The address that answers is {name}’s'), named);
    case 'namespace-apart':
      return fill(_('The server, process {pid}, is in a network of its own'), args);
    case 'namespace-shared':
      return fill(_('The server, process {pid}, shares a network with this computer'), args);
    case 'namespace-host':
      return _('It is not the network of process 1 either');
    case 'interfaces-bare':
      return _('In it there is no way out: only the loopback, which leads back to itself');
    case 'interfaces-more':
      return fill(_('In it there are interfaces that lead out: {list}'), args);
    case 'socket-inside':
      return _('The socket that answers Hearth is listened on in that very network');
    case 'socket-outside':
      return _('The socket that answers Hearth is not listened on in that network');
    case 'listens-here':
      return fill(_('{address} is for this computer only'), args);
    case 'listens-outside':
      return fill(_('{address} is for everybody on the network'), args);
    case 'open-program':
      return fill(_('{name} listens on {address}, for everybody on the network'), named);
    case 'closed-program':
      return fill(_('{name} listens on {address}, for this computer only'), named);
    case 'walled-program':
      return fill(
        _('{name} listens on {address}, and a rule of the firewall keeps other computers from it'),
        named,
      );
    case 'none-open':
      return _('None listens at all');
    case 'containers-unread':
      return _('Podman did not tell which containers run, so programs are known by their ports only');
    case 'lan-refused':
      return fill(_('A connection to {address} was refused'), args);
    case 'lan-answered':
      return fill(_('A connection to {address} was taken'), args);
    case 'lan-silent':
      return fill(_('A connection to {address} came to nothing'), args);
    case 'key-works':
      return _('With the right key it answers, so that a refusal means something');
    case 'key-refused':
      return fill(_('{endpoint} refuses'), args);
    case 'key-not-asked':
      return fill(_('{endpoint} does not refuse'), args);
    case 'health-bare':
      return fill(_('{endpoint} tells everybody on this computer that it runs, and nothing else'), args);
    case 'preflight-refused':
      return _('A page that asks whether it may send a question is not told yes');
    case 'preflight-allowed':
      return _('A page that asks whether it may send a question is told yes');
    case 'post-refused':
      return _('A page that sends a question without asking is refused');
    case 'post-blind':
      return _(
        'A page that sends a question without asking cannot read the answer; refusing it is up to the key',
      );
    case 'post-answered':
      return _('A page that sends a question without asking can read the answer');
    case 'reading-closed':
      return _('A page cannot read an answer');
    case 'reading-open':
      return _('A page can read an answer');
    case 'telemetry-off':
      return _('Turned off in its settings');
    case 'telemetry-on':
      return _('Turned on in its settings');
    case 'telemetry-unset-off':
      return _('Not set, which means off');
    case 'telemetry-unset-on':
      return _('Not set, which means on');
    case 'environment-overrides':
      return fill(_('The variable {name} of your session counts more than the settings'), args);
    case 'provider-elsewhere':
      return fill(_('A service elsewhere is set up: {name}'), args);
    case 'key-named':
      return fill(_('A key is kept, which Hearth does not read: {name}'), args);
    case 'nothing-elsewhere':
      return _('No service and no key is in its settings');
    case 'keyring-unread':
      return _('The keyring is not looked into');
    case 'unreadable':
      return fill(_('Could not be read: {source}'), args);
  }
}
