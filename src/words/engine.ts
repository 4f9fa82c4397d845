// SPDX-License-Identifier: GPL-3.0-or-later

import type { ErrorValue } from '../core/errors.ts';
import { parseMissing } from '../core/server/choose.ts';
import { otherProgram } from '../core/server/engine-facts.ts';
import type {
  Candidate,
  EngineChoice,
  EngineDecision,
  EngineId,
  EngineNote,
  EngineNoteCode,
} from '../core/server/engine-facts.ts';
import type { HearthState } from '../core/setup/state.ts';
import { installHint, missingSentence } from './server.ts';
import { paragraph } from './joined.ts';
import { _, fill } from './translate.ts';
import { bytes } from './units.ts';

/** How models are served: by what, why, and what stands in the way. */

export function choiceTitle(choice: EngineChoice | 'other'): string {
  switch (choice) {
    case 'auto':
      return _('Automatic');
    case 'native':
      return _('Installed Program');
    case 'container':
      return _('Container');
    case 'ollama':
    case 'lm-studio':
      return fill(_('{program} (Not Isolated by Hearth)'), {
        program: programName(otherProgram(choice) ?? ''),
      });
    case 'other':
      return _('Servers of Other Programs');
  }
}

/** What is served with and why, in one sentence. */
export function reasonSentence(decision: EngineDecision): string {
  const { chosen, because, container } = decision;
  if (decision.other !== null) {
    const { server, model } = decision.other;
    return fill(_('{program} serves {model}, because it was chosen here. Hearth does not isolate it.'), {
      program: programName(server.program),
      model,
    });
  }
  if (chosen === null) {
    return because === 'chosen'
      ? _('What was chosen cannot be used as things are.')
      : _('Nothing on this computer can serve a model yet.');
  }
  switch (because) {
    case 'chosen':
      return chosen === 'container'
        ? _('A container serves, because it was chosen here.')
        : _('The installed llama-server serves, because it was chosen here.');
    case 'practice':
      return _('Practice uses the installed llama-server, which leaves nothing behind.');
    case 'graphics-in-container':
      return _(
        'A container serves: its image is on this computer, and it can use the NVIDIA card, which installed builds of llama-server mostly cannot.',
      );
    case 'installed':
      return _(
        'The installed llama-server serves: it is there already, and systemd shuts it off from the network.',
      );
    case 'not-installed':
      return container === null
        ? _('A container serves, because llama-server is not installed.')
        : fill(_('A container serves, because llama-server is not installed. It computes on: {device}.'), {
            device: deviceName(container.device),
          });
    case 'no-manager':
      return _(
        'The installed llama-server serves as long as Hearth is open: there is no systemd for services here.',
      );
    case 'nothing':
      return _('Nothing on this computer can serve a model yet.');
  }
}

function deviceName(device: string): string {
  switch (device) {
    case 'cuda':
      return _('the NVIDIA card');
    case 'rocm':
      return _('the AMD card');
    case 'intel':
      return _('the Intel card');
    case 'vulkan':
      return _('the graphics card, through Vulkan');
    default:
      return _('the processor');
  }
}

export interface NoteWords {
  readonly sentence: string;
  /** What to do about it; empty when there is nothing to do. */
  readonly cure: string;
}

const programs: Readonly<Record<string, string>> = { ollama: 'Ollama', lmstudio: 'LM Studio' };

export function programName(program: string): string {
  return programs[program] ?? '';
}

/** What stands in the way of an engine, or is to be known of it. */
export function noteWords({ code, args }: EngineNote): NoteWords {
  const values = { ...args, program: programs[String(args['program'])] ?? '' };
  const words = (sentence: string, cure = ''): NoteWords => ({
    sentence: fill(sentence, values),
    cure: fill(cure, values),
  });
  switch (code) {
    case 'programs-missing': {
      const missing = parseMissing(String(args['missing'] ?? ''));
      return { sentence: missingSentence(missing), cure: installHint(missing) };
    }
    case 'no-user-manager':
      return words(
        _('No systemd manages services of yours in this session.'),
        _('Sign in to the desktop or over SSH as yourself, rather than with sudo or su.'),
      );
    case 'practice':
      return words(_('Practice keeps everything in a folder of its own, so this is left out.'));
    case 'not-looked':
      return words(_('It was not looked at yet.'), _('Look again.'));
    case 'no-podman':
      return words(
        _('Podman, which runs containers, is not installed.'),
        _('Fedora: sudo dnf install podman. Debian and Ubuntu: sudo apt install podman. Then look again.'),
      );
    case 'podman-old':
      return words(
        _('Podman {version} is too old: {needed} or later is needed.'),
        _('Update the system to a release with a newer Podman, or use the installed llama-server.'),
      );
    case 'no-quadlet':
      return words(
        _('The part of Podman that makes services of containers (Quadlet) is not installed.'),
        _('Install podman again from the packages of the system, then look again.'),
      );
    case 'no-id-mapper':
      return words(
        _('newuidmap is missing, without which containers need the administrator.'),
        _(
          'Fedora: sudo dnf install shadow-utils. Debian and Ubuntu: sudo apt install uidmap. Then look again.',
        ),
      );
    case 'no-id-ranges':
      return words(
        _('You have no user numbers to give to containers (in /etc/subuid and /etc/subgid).'),
        _(
          'sudo usermod --add-subuids 524288-589823 --add-subgids 524288-589823 $USER, then podman system migrate.',
        ),
      );
    case 'no-image':
      return words(
        _('No image is known for this computer ({device}, {architecture}).'),
        _('Use the installed llama-server.'),
      );
    case 'image-not-pinned':
      return words(
        _('The image {repository} is not pinned to one exact version (a digest), and Hearth uses no other.'),
        _('Whoever distributes Hearth, or an administrator, can pin it in a list in /etc/hearth/engines.d.'),
      );
    case 'no-cdi':
      return words(
        _(
          'Containers cannot see the NVIDIA card: no description of it (CDI) was found, and without it the model would run on the processor.',
        ),
        _(
          'Install nvidia-container-toolkit, then: sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml',
        ),
      );
    case 'to-fetch': {
      const size = Number(args['size'] ?? 0);
      return size > 0
        ? {
            sentence: fill(_('Its image has to be fetched first: {size} from {host}.'), {
              ...args,
              size: bytes(size),
            }),
            cure: '',
          }
        : words(_('Its image has to be fetched first, from {host}. How large it is is not known.'));
    }
    case 'cdi-hidden':
      return words(
        _(
          'The NVIDIA card is described in {path}. Hearth uses that; Podman AI Lab reads only {needed} and would run without the card.',
        ),
        _('For AI Lab: sudo nvidia-ctk cdi generate --output={needed}'),
      );
    case 'selinux-device':
      return words(
        _(
          'SELinux lets no container use an NVIDIA card, so this one goes without its label. The network stays shut off.',
        ),
      );
    case 'no-pids-limit':
      return words(_('The system does not let your services limit how many processes they start.'));
    case 'no-memory-limit':
      return words(_('The system does not let your services limit their memory.'));
    case 'none-running':
      return words(_('Neither Ollama nor LM Studio answers on this computer.'));
    case 'not-ours':
      return words(
        _(
          '{program} answers on port {port}. It is not isolated by Hearth, which uses it only where it is chosen by name.',
        ),
        _('Models that {program} has on the disk can be taken over on the Model page.'),
      );
    case 'no-key':
      return words(_('{program} answers every program on this computer, without a key.'));
    case 'open-to-network':
      return words(
        _('{program} listens beyond this computer: others on the network can use it.'),
        _('Let it listen on 127.0.0.1 only, in its own settings.'),
      );
    case 'cloud-on':
      return words(
        _('{program} may pass questions for its cloud models on to its maker.'),
        _('Set OLLAMA_NO_CLOUD=1 for its service to switch that off.'),
      );
    case 'cloud-unknown':
      return words(_('Whether {program} connects to its maker’s computers could not be read.'));
    case 'other-gone':
      return words(
        _('{program} was chosen to serve, and does not answer on this computer.'),
        _('Start {program}, or choose Automatic on the page This Computer (hearth serve --engine=auto).'),
      );
    case 'other-no-model':
      return words(
        _('{program} was chosen to serve, and names no model that runs on this computer.'),
        _(
          'Get a model in {program}, or choose Automatic on the page This Computer (hearth serve --engine=auto).',
        ),
      );
    case 'other-model-gone':
      return words(
        _('{program} no longer names the model {model}, which was chosen.'),
        _('Choose {program} again, or Automatic, on the page This Computer (hearth serve --engine=auto).'),
      );
    case 'goose-own-server':
      return words(
        _('Goose is kept to Hearth’s own server, and {program} was chosen to serve.'),
        _('Choose Automatic on the page This Computer first (hearth serve --engine=auto).'),
      );
    case 'measure-own-server':
      return words(
        _('Only models that Hearth serves are measured, and {program} was chosen to serve.'),
        _('Choose Automatic on the page This Computer first (hearth serve --engine=auto).'),
      );
  }
}

/** Errors whose cause decides what is said; null for all others. */
export function engineErrorWords({ code, args }: ErrorValue): NoteWords | null {
  if (code === 'engine-unusable' && isObstacle(args['because']))
    return noteWords({ code: args['because'], args });
  if (code !== 'selinux-denied') return null;
  const instead = _('Or choose the installed llama-server on the page This Computer.');
  switch (args['what']) {
    case 'device':
      return {
        sentence: _('SELinux does not let the container use the graphics card.'),
        cure: paragraph(_('Allow it: sudo setsebool -P container_use_devices on.'), instead),
      };
    case 'socket':
      return {
        sentence: _('SELinux does not let the container make its socket, through which the model is asked.'),
        cure: paragraph(
          _('Stop the model and start it again: that gives the folder of the socket its label anew.'),
          instead,
        ),
      };
    default:
      return {
        sentence: _('SELinux does not let the container read the model or its key.'),
        cure: paragraph(
          _('Stop the model and start it again: that gives the files their label anew.'),
          instead,
        ),
      };
  }
}

function isObstacle(code: unknown): code is EngineNoteCode {
  return typeof code === 'string' && obstacles.has(code);
}

const obstacles: ReadonlySet<string> = new Set<EngineNoteCode>([
  'programs-missing',
  'no-user-manager',
  'practice',
  'not-looked',
  'no-podman',
  'podman-old',
  'no-quadlet',
  'no-id-mapper',
  'no-id-ranges',
  'no-image',
  'image-not-pinned',
  'no-cdi',
  'other-gone',
  'other-no-model',
  'other-model-gone',
  'goose-own-server',
  'measure-own-server',
]);

/** All there is to say about an engine, a sentence a line: what stands in the way with its cure, then what to know. */
export function candidateLines({ obstacles, notes }: Candidate): readonly string[] {
  return [...obstacles, ...notes].map((note) => {
    const { sentence, cure } = noteWords(note);
    return paragraph(sentence, cure);
  });
}

/** What is said of a choice below its name. */
export function choiceLines(decision: EngineDecision, choice: EngineChoice): readonly string[] {
  const of = (id: EngineId): Candidate | undefined => decision.candidates.find((one) => one.id === id);
  const lines = (candidate: Candidate | undefined): readonly string[] =>
    candidate === undefined ? [] : candidateLines(candidate);
  switch (choice) {
    case 'auto':
      return decision.choice === 'auto'
        ? [reasonSentence(decision)]
        : [_('Hearth chooses by what is there.')];
    case 'native': {
      const units = of('native-units');
      const children = of('native-children');
      if (units?.usable === true) return [_('llama-server is installed and can be used.')];
      return children?.usable === true
        ? [_('llama-server is installed, and runs as long as Hearth is open.')]
        : lines(units?.obstacles.some((one) => one.code !== 'programs-missing') ? children : units);
    }
    case 'container': {
      const container = of('container');
      return container?.usable === true && container.notes.length === 0
        ? [_('Its image is on this computer and can be used.')]
        : lines(container);
    }
    case 'ollama':
    case 'lm-studio': {
      const program = otherProgram(choice) ?? 'ollama';
      if (decision.choice === choice && decision.obstacle !== null)
        return [paragraph(...Object.values(noteWords(decision.obstacle)))];
      if (decision.choice === choice) return [reasonSentence(decision)];
      return [
        fill(_('{program} runs already. Hearth does not shut it off from the network.'), {
          program: programName(program),
        }),
      ];
    }
  }
}

/** What is said of servers that somebody else has running; empty when there is none. */
export function otherLines({ candidates }: EngineDecision): readonly string[] {
  const reuse = candidates.find((one) => one.id === 'reuse');
  return reuse === undefined || reuse.obstacles.some((one) => one.code === 'none-running')
    ? []
    : candidateLines(reuse);
}

/** Whether the image that was chosen can be fetched now: a model has to be there that it would serve. */
export function offersFetch(
  { chosen, candidates }: EngineDecision,
  { standings, jobs }: HearthState,
): boolean {
  const container = candidates.find((one) => one.id === 'container');
  const missing = container?.notes.some((one) => one.code === 'to-fetch') ?? false;
  return chosen === 'container' && missing && standings.model.tag === 'done' && jobs.try === undefined;
}

export function fetchLabel(): string {
  return _('Fetch…');
}
