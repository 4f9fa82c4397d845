// SPDX-License-Identifier: GPL-3.0-or-later

import { listed } from './joined.ts';
import { _, fill } from './translate.ts';

/** What the terminal program says about itself: commands, options, exit codes, wrong arguments. */

const summaries = {
  status: () => _('Show where each task stands, and the address of the model'),
  record: () => _('Write down what this computer looks like, with names and numbers of yours left out'),
  models: () => _('List models with how they fit this computer'),
  plan: () => _('Show what would be done for a task, and change nothing'),
  apply: () => _('Show the plan of a task, ask, and carry it out'),
  undo: () => _('Take back what an entry of the journal did'),
  serve: () => _('Let the chosen model answer until Ctrl+C'),
  try: () => _('Ask the model and show its answer as it comes'),
  goose: () => _('Ask the model through Goose'),
  connect: () => _('Tell what other programs need to ask the model'),
  tools: () => _('Show how Goose and Podman AI Lab stand, and set AI Lab up'),
  driver: () => _('Show how the graphics driver and its key stand, and set them up'),
  guard: () => _('Tell whether the next start will have the graphics driver'),
  setup: () => _('Go through everything, one question at a time'),
  vendor: () => _('Show what a distributor or an administrator decided, or check a file of theirs'),
  journal: () => _('List what Hearth did on this computer'),
  proof: () => _('Look for what would leave this computer, and show what was looked at'),
  ledger: () => _('List whom Hearth contacted on the network'),
  help: () => _('Explain a command or a topic'),
} as const;

export type CommandName = keyof typeof summaries;

export function commandSummary(name: CommandName): string {
  return summaries[name]();
}

const details: Record<CommandName, () => readonly string[]> = {
  status: () => [
    _(
      'Looks at the computer and prints one line for each task. Nothing is changed and nothing is contacted.',
    ),
  ],
  record: () => [
    _(
      'Writes the files and command outputs that Hearth reads into the new folder DIR. Serial numbers, network addresses, user and host names are replaced. Every reading command takes such a folder with --machine.',
    ),
  ],
  models: () => [
    _('Without a word after it, lists the shelf: picks first, each with its reason.'),
    _(
      '"show ID" tells everything known about one model. "remove ID" takes its file off the disk after asking. "verify" computes the checksum of each downloaded model again.',
    ),
    _(
      '"get ID ID" downloads models, two at a time; the one that is in use stays so. Ctrl+C pauses, and the same command continues. "discard ID" throws away what came of one.',
    ),
    _(
      '"measure ID" lets a downloaded model read and write for about ten seconds, and keeps how fast it was.',
    ),
    _(
      '"import FILE" adds a model file that is on this disk, without copying it where that can be. One that the catalogue does not know is kept apart, because its licence, training data and consent are unknown.',
    ),
    _(
      '"move-to FOLDER" moves all models, also to another disk, where each is checked before it is removed here. New ones go there too.',
    ),
    _(
      '"fit FILE" tells what a model file would take in memory, part by part, from its header alone. With --vram as many layers as fit are counted on the graphics card, and with --mmproj a projector for pictures.',
    ),
  ],
  plan: () => [
    _(
      'Prints the steps in order, what they touch, what is downloaded from where, and how each is taken back.',
    ),
    _('TASK is one of: {tasks}.'),
  ],
  apply: () => [
    _(
      'Prints the same plan as "hearth plan", asks once, and carries it out. What was downloaded before an interruption is kept and continued.',
    ),
    _('TASK is one of: {tasks}.'),
  ],
  undo: () => [
    _(
      'Without PLAN, takes back the newest entry that can be. Files that were changed since are kept, and named.',
    ),
  ],
  serve: () => [
    _(
      'Starts the model in a network of its own, in which nothing but itself exists, and prints its address, the file with its key and what was looked at. Ends with Ctrl+C.',
    ),
  ],
  try: () => [
    _('Without PROMPT, the question is read from standard input. Starts the model when it is off.'),
  ],
  goose: () => [
    _(
      'Without PROMPT, the question is read from standard input. When Goose is not set up yet, the plan is shown and asked for first. Whether the answer came from your own model is judged by the counters of its server.',
    ),
    _(
      'With --offline, Goose itself opens in this terminal, and neither it nor a program that it runs has a network: it reaches your own model, and reads and writes one folder. It cannot fetch, install or look anything up, sees none of your other files, uses no settings of yours but its mode and look, and keeps no history. A question on standard input is answered instead, without changing files unless GOOSE_MODE is auto.',
    ),
  ],
  connect: () => [
    _(
      'Prints the address, the name of the model and where its key lies, then how each program that was found is pointed there. The key itself is not printed.',
    ),
    _('TOOL is one of: {tools}.'),
  ],
  tools: () => [
    _('Without a word after it, lists what is installed, which model it uses and what it reports.'),
    _(
      '"ai-lab" shows what would be written so that AI Lab has the chosen model and Podman Desktop sends no usage reports, asks, and writes it. "open-ai-lab" opens Podman Desktop. "newest" asks the makers of Goose which version is the newest.',
    ),
  ],
  driver: () => [
    _('Without a word after it, tells what there is for the cards, what is in use, and what was found.'),
    _(
      '"install FLAVOUR" (clean, cuda or cuda-toolkit) shows what would be done, asks, and does it; the key and the restart come after it. "remove" goes back to the driver of the system.',
    ),
    _(
      '"key" asks the firmware to trust the key that modules are signed with here: it tells why, the steps at the blue screens, and a one-time code, which is shown on a terminal only. "forget-key" has the key deleted in the same way, "cancel-key" withdraws either.',
    ),
    _(
      '"keep-system" discards an update of an image-based system that waits for the next start, so that the system that runs now starts again.',
    ),
    _(
      '"cure FINDING" does what can be done about something that was found. "build KERNEL" builds the module, "keep-kernel KERNEL" starts that kernel from now on, "log KERNEL" prints the log of a build.',
    ),
  ],
  guard: () => [
    _(
      'Looks at the kernels that the next start may use: is the module there, signed, and trusted? Ends with 3 when somebody has to do something. With --notify it waits for a build that is under way and ends with 0; units of the session run it so.',
    ),
    _('An update that is carried out during a restart cannot be looked at before.'),
  ],
  setup: () => [
    _(
      'The same pages as the window, as questions with an answer already in place: press Enter to take it. Ctrl+C leaves everything as it is; the next start continues from what is there.',
    ),
    _('With --unattended nothing is asked and each default is taken.'),
  ],
  proof: () => [
    _(
      'Looks live at the network of the model, at who listens where, at what strangers and web pages get, and at the settings of Podman Desktop and Goose. Ends with 0 only when every check holds; 1 when one does not, 3 when one could not be told.',
    ),
    _('The model is started only with --start; without it, checks that need it running are not told.'),
  ],
  ledger: () => [
    _(
      'Every connection that Hearth itself makes beyond this computer: when, to whom, why and how many bytes.',
    ),
    _('"clear" forgets all after asking. "export FILE" writes a table (.csv) or JSON Lines.'),
  ],
  vendor: () => [
    _(
      'Reads the files in /usr/share/hearth/vendor.d and, over them, /etc/hearth/vendor.d. "check FILE" says what is wrong in a file, with its line, before it is put there.',
    ),
  ],
  journal: () => [_('Newest last. "hearth undo" takes the names in the first column.')],
  help: () => [_('TOPIC is a command, or one of: exit-codes, json, practice.')],
};

export function commandDetails(name: CommandName): readonly string[] {
  return details[name]();
}

const options = {
  help: () => _('Show help and end'),
  version: () => _('Show the version and end'),
  json: () => _('Print one JSON object instead of text'),
  practice: () =>
    _('Rehearse on a recorded machine with a tiny model made on the spot; nothing of yours is touched'),
  machine: () => _('Look at the machine recorded in DIR instead of this one'),
  yes: () => _('Agree to plans and take every default; ask nothing'),
  unattended: () => _('The same as --yes'),
  'no-color': () => _('Use no colours'),
  quiet: () => _('Print results and errors only'),
  model: () => _('Use the model with this ID'),
  context: () => _('Context length in tokens'),
  ctx: () => _('Context length in tokens that "models fit" counts with'),
  engine: () =>
    _(
      'How models are served from now on: auto, native (the installed llama-server), container, or ollama and lm-studio, which run already and which Hearth does not isolate; remembered',
    ),
  kv: () => _('How the context is kept: f16, q8_0 or q4_0'),
  vram: () => _('Memory of the graphics card that "models fit" may fill, in bytes'),
  mmproj: () => _('Vision projector that "models fit" counts along'),
  offline: () =>
    _('Open Goose without a network, on the folder named in place of PROMPT, else on the present one'),
  open: () =>
    _(
      'Open Goose itself in this terminal, with the model of this computer, on the folder named in place of PROMPT, else on the present one',
    ),
  check: () => _('Ask the model for one tool call and one small task, and say whether it can be an agent'),
  default: () =>
    _('For the task "tools": let Goose ask the local model by itself, also where it asks another now'),
  ids: () => _('Print one model ID per line and nothing else'),
  start: () => _('Start the model to look at it'),
  close: () => _('Keep other computers from this port of a program that “proof” found open'),
  layer: () =>
    _('On image-based systems: lay packages over the image, also where another image could be had'),
  'show-code': () => _('Print the one-time code also where the output is no terminal'),
  notify: () => _('Show a notification when somebody has to do something, and take it back when not'),
  all: () => _('List every model of the catalogue, also those that do not fit'),
} as const;

export type OptionName = keyof typeof options;

export function optionSummary(name: OptionName): string {
  return options[name]();
}

/** The documented exit codes; the man page and `hearth help exit-codes` list the same. */
export const exitCodes = [0, 1, 2, 3, 4, 130, 141, 143] as const;
export type ExitCode = (typeof exitCodes)[number];

export function exitCodeMeaning(code: ExitCode): string {
  switch (code) {
    case 0:
      return _('Done, or nothing to do.');
    case 1:
      return _('Failed. The sentence on standard error says why and what to do.');
    case 2:
      return _('The arguments were not understood.');
    case 3:
      return _(
        'Not possible as things are: nothing fits, or it waits for the network, a restart, a program or you.',
      );
    case 4:
      return _('You said no, or Hearth refused because something was changed since.');
    case 130:
      return _('Interrupted with Ctrl+C. What was downloaded is kept.');
    case 141:
      return _('Whoever read the output stopped reading.');
    case 143:
      return _('Told to end (SIGTERM). What was downloaded is kept.');
  }
}

export const helpWords = {
  tagline: () => _('Private AI on your own computer, set up properly'),
  usage: () => _('Usage'),
  commands: () => _('Commands'),
  options: () => _('Options'),
  everywhere: () => _('Options of every command'),
  examples: () => _('Examples'),
  more: () => _('"hearth help COMMAND" tells more. Topics: exit-codes, json, practice.'),
  exitCodes: () => _('Exit codes'),
  json: () => [
    _(
      'With --json a command prints one object. "kind" names what it is and "v" is 1 as long as names keep their meaning; new names may be added.',
    ),
    _(
      'An error is an object with "error": "code", "args", "detail", "sentence" and "next". It goes to standard output, and the exit code is not 0.',
    ),
    _(
      'Sizes are bytes, times are milliseconds since 1970, rates are tokens per second. What is not known is null.',
    ),
  ],
  practice: () => [
    _(
      'With --practice Hearth looks at a recorded machine, makes a tiny model of random numbers on the spot, downloads it from a server of its own on this computer, and serves it with the real llama-server. The answers are gibberish. Everything is kept in a temporary folder that goes away at the end.',
    ),
    _(
      '--practice=NAME chooses the recorded machine; --practice=DIR takes a folder made with "hearth record".',
    ),
  ],
};

/** Sentences for arguments that were not understood. */
export const usageWords = {
  unknownCommand: (word: string) => fill(_('There is no command "{word}".'), { word }),
  unknownOption: (word: string) => fill(_('There is no option "{word}" here.'), { word }),
  suggestion: (word: string) => fill(_('Did you mean "{word}"?'), { word }),
  needsValue: (word: string, value: string) =>
    fill(_('"{word}" needs a value: {word}={value}'), { word, value }),
  takesNoValue: (word: string) => fill(_('"{word}" takes no value.'), { word }),
  tooMany: (word: string) => fill(_('"{word}" is one word too many.'), { word }),
  missing: (operand: string, oneOf: readonly string[] = []) =>
    oneOf.length === 0
      ? fill(_('{operand} is missing.'), { operand })
      : fill(_('{operand} is missing: one of {list}.'), { operand, list: listed(oneOf) }),
  notOneOf: (word: string, list: string) => fill(_('"{word}" is not one of: {list}.'), { word, list }),
  notANumber: (word: string) =>
    fill(_('"{word}" is not a whole number of tokens from 256 upwards.'), { word }),
  notBytes: (word: string) => fill(_('"{word}" is not a whole number of bytes.'), { word }),
  notAPort: (word: string) => fill(_('"{word}" is not a port, a number from 1 to 65535.'), { word }),
  together: (a: string, b: string) => fill(_('{a} and {b} do not go together.'), { a, b }),
  machineIsForReading: () =>
    _('A recorded machine can be looked at but not changed. To rehearse on it, use --practice=DIR.'),
  onlyTools: () => _('--default goes with the task "tools" only.'),
  jsonAsksNothing: () => _('With --json nothing is asked: add --yes to agree to the plan.'),
  seeHelp: (command: string) => fill(_('"{command}" lists what there is.'), { command }),
};
