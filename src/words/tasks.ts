// SPDX-License-Identifier: GPL-3.0-or-later

import type {
  Cure,
  Evidence,
  Offering,
  Progress,
  Standing,
  TaskId,
  WaitReason,
} from '../core/setup/tasks.ts';
import { productName } from './gpu.ts';
import { servedByOther } from './other-server.ts';
import { errorWords } from './errors.ts';
import { bytes, duration, number, tokens } from './units.ts';
import { dotted } from './joined.ts';
import { _, fill, ngettext } from './translate.ts';

export function taskTitle(task: TaskId): string {
  switch (task) {
    case 'computer':
      return _('This Computer');
    case 'driver':
      return _('Graphics Driver');
    case 'model':
      return _('Model');
    case 'try':
      return _('Try It');
    case 'tools':
      return _('Tools');
  }
}

/** What the task is for, in one line. */
export function taskDescription(task: TaskId): string {
  switch (task) {
    case 'computer':
      return _('What was found, and what it is good for');
    case 'driver':
      return _('What lets the graphics card work on answers');
    case 'model':
      return _('Choose and download the model that answers');
    case 'try':
      return _('Ask the model, and see how fast it is');
    case 'tools':
      return _('Programs that work with the model');
  }
}

export interface StandingWords {
  /** One or two words: 'Done', 'Waiting'. */
  readonly label: string;
  /** The reason, the evidence or the progress, in a sentence without a full stop. */
  readonly sentence: string;
}

export function standingWords(standing: Standing): StandingWords {
  switch (standing.tag) {
    case 'not-needed':
      return { label: _('Not needed'), sentence: evidenceSentence(standing.because) };
    case 'ready':
      return { label: _('Ready'), sentence: offerSentence(standing.offer) };
    case 'waiting':
      return { label: waitingLabel(standing.on), sentence: waitSentence(standing.because) };
    case 'running':
      return { label: _('Working'), sentence: progressWords(standing.progress) };
    case 'done':
      return { label: _('Done'), sentence: dotted(standing.evidence.map(evidenceSentence)) };
    case 'broken':
      return {
        label: _('Needs attention'),
        sentence: errorWords(standing.error).sentence.replace(/\.$/, ''),
      };
  }
}

function waitingLabel(on: Extract<Standing, { tag: 'waiting' }>['on']): string {
  switch (on) {
    case 'restart':
      return _('Waiting for a restart');
    case 'network':
      return _('Waiting for the network');
    case 'permission':
      return _('Waiting for permission');
    case 'you':
      return _('Not yet');
  }
}

/** A line of evidence; no full stop. */
export function evidenceSentence({ id, args }: Evidence): string {
  const text = (key: string): string => String(args[key] ?? '');
  const card = productName(text('name'));
  const count = (key: string): number => Number(args[key] ?? 0);
  switch (id) {
    case 'machine-read':
      return _('Everything was found out');
    case 'machine-read-with-gaps':
      return fill(
        ngettext(
          '{count} thing could not be found out',
          '{count} things could not be found out',
          count('count'),
        ),
        { count: count('count') },
      );
    case 'no-gpu':
      return _('No graphics card that needs a driver for AI');
    case 'gpu-driver-in-use':
      return text('version') === ''
        ? fill(_('{name} uses its driver {driver}'), { name: card, driver: text('driver') })
        : fill(_('{name} uses its driver {driver} {version}'), {
            name: card,
            driver: text('driver'),
            version: text('version'),
          });
    case 'driver-in-tree':
      return text('name') === ''
        ? _('The driver is part of the system')
        : fill(_('The driver of {name} is part of the system'), { name: card });
    case 'driver-stays-in-tree':
      return text('name') === ''
        ? _('The card stays with the driver that is part of the system')
        : fill(_('{name} stays with the driver that is part of the system'), { name: card });
    case 'driver-trusted':
      return _('Secure Boot trusts it');
    case 'cuda-answers':
      return _('CUDA answers');
    case 'cards-in-containers':
      return _('Containers can use it');
    case 'next-start-safe':
      return _('Safe to restart');
    case 'next-start-building':
      return _('It is being built for a new kernel: restart after that');
    case 'update-at-restart':
      return _('An update waits for the restart, and the first start after it takes longer');
    case 'model-verified':
      return fill(_('{name}, {size}, is on this disk and was checked'), {
        name: text('name'),
        size: bytes(count('size')),
      });
    case 'server-ready':
      return fill(_('Answers at {address}'), { address: text('address') });
    case 'server-on-demand':
      return _('Starts by itself when something asks');
    case 'isolated':
      return _('Shut off from the network: checked');
    case 'not-isolated':
      return servedByOther(text('program'));
    case 'answered':
      return count('rate') > 0
        ? fill(_('Answered with {rate} tokens per second'), {
            rate: number(count('rate'), count('rate') < 10 ? 1 : 0),
          })
        : fill(ngettext('Answered with {count} token', 'Answered with {count} tokens', count('tokens')), {
            count: count('tokens'),
          });
    case 'goose-wired':
      return _('Goose uses the model on this computer');
    case 'goose-answered':
      return fill(_('The local model answered Goose ({tokens})'), { tokens: tokens(count('tokens')) });
  }
}

export function waitSentence(reason: WaitReason): string {
  switch (reason) {
    case 'model-first':
      return _('A model has to be downloaded first');
    case 'goose-not-installed':
      return _('Goose is not installed');
    case 'offline':
      return _('This computer is not connected');
    case 'metered':
      return _('The download is paused, because this network is metered');
    case 'low-battery':
      return _('The download is paused, because the battery is nearly empty');
    case 'low-disk':
      return _('The download is paused, because the disk is nearly full');
    case 'key-at-restart':
      return _('The restart brings the screens that enrol the key of the driver');
    case 'driver-at-restart':
      return _('The driver is installed, and the next start uses it');
    case 'driver-building':
      return _('The driver is still being built: restart after that');
    case 'driver-permission':
      return _('Only an administrator can see what the driver waits for');
    case 'driver-other-system':
      return _('Hearth does not know how drivers are installed on this system');
  }
}

function offerSentence(offer: Offering): string {
  switch (offer) {
    case 'look-at-facts':
      return _('Not looked at yet');
    case 'choose-model':
      return _('No model is on this disk yet');
    case 'resume-download':
      return _('A download was started and can be continued');
    case 'serve-model':
      return _('The model is ready to be asked');
    case 'ask-question':
      return _('The model is running and waits for a question');
    case 'set-up-goose':
      return _('Goose is installed but does not know the local model');
    case 'driver-advice':
      return _('Not known yet');
    case 'install-driver':
      return _('NVIDIA’s driver is not installed, so models run without the card’s full speed');
  }
}

/** What the suggested button says. */
export function offerLabel(offer: Offering): string {
  switch (offer) {
    case 'look-at-facts':
      return _('Look');
    case 'choose-model':
      return _('Choose a Model');
    case 'resume-download':
      return _('Continue Download');
    case 'serve-model':
    case 'ask-question':
      return _('Ask the Model');
    case 'set-up-goose':
      return _('Set Up Goose');
    case 'driver-advice':
      return _('Look at the Driver');
    case 'install-driver':
      return _('Choose a Driver');
  }
}

/** What the button that cures says. */
export function cureLabel(cure: Cure): string {
  switch (cure) {
    case 'retry':
      return _('Try Again');
    case 'smaller-context':
      return _('Use a Smaller Context');
    case 'restart':
      return _('Start Again');
    case 'choose-another':
      return _('Choose Another Model');
    case 'free-disk':
      return _('Try Again');
    case 'fix-file':
      return _('Look Again');
    case 'install-engine':
      return _('Look Again');
    case 'change-engine':
      return _('How Models Are Served');
    case 'look-at-driver':
      return _('See What Helps');
    case 'look-at-details':
      return _('Show Details');
  }
}

/** Progress in one line: '1.2 of 5.3 GB · 12 MB a second · 5 minutes left · models.example'. */
export function progressWords(progress: Progress): string {
  const { done, total, rate, host } = progress;
  const parts = [phaseWords(progress)];
  if (done !== null && total !== null && total > 0) {
    parts.push(fill(_('{done} of {total}'), { done: bytes(done), total: bytes(total) }));
    if (rate !== null && rate > 0) {
      parts.push(fill(_('{rate} per second'), { rate: bytes(rate) }));
      if (done < total) parts.push(timeLeft((total - done) / rate));
    }
  }
  if (host !== null) parts.push(host);
  return dotted(parts);
}

export function timeLeft(seconds: number): string {
  return fill(_('{time} left'), { time: duration(seconds) });
}

function phaseWords({ phase }: Progress): string {
  switch (phase) {
    case 'checking':
      return _('Checking');
    case 'connecting':
      return _('Connecting');
    case 'no-network':
      return _('Waiting for the network');
    case 'no-answer':
      return _('Waiting to try again');
    case 'downloading':
      return _('Downloading');
    case 'verifying':
      return _('Checking the file');
    case 'writing':
      return _('Writing');
    case 'starting':
      return _('Starting the model');
    case 'working':
      return _('Working');
  }
}

/** Part of the way, 0 to 1, over all steps; null when there is nothing to measure yet. */
export function progressFraction({ step, steps, done, total }: Progress): number | null {
  if (done !== null && total !== null && total > 0) return Math.min(1, done / total);
  return steps > 1 ? step / steps : null;
}
