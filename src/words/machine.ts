// SPDX-License-Identifier: GPL-3.0-or-later

import type { CpuFacts, DiskFacts, ExistingModel, KernelFacts, MachineFacts } from '../core/machine/facts.ts';
import type { MemoryFacts, NetworkFacts, SystemFacts } from '../core/machine/facts.ts';
import type { Known } from '../core/known.ts';
import { gpuRows } from './gpu.ts';
import { dataText } from './data-texts.ts';
import { listed } from './joined.ts';
import { because } from './missing.ts';
import { _, fill, ngettext, pgettext } from './translate.ts';
import { bytes } from './units.ts';

/** One fact as people would tell it; window and terminal show the same rows. */
export interface FactRow {
  /** Stable name, e.g. 'memory' or 'gpu-0000:01:00.0'. */
  readonly id: string;
  readonly title: string;
  readonly value: string;
  /** What that is good for, or why it is not known. One or two sentences; may be empty. */
  readonly detail: string;
  readonly known: boolean;
}

/** All facts in the order of the page. */
export function machineRows(facts: MachineFacts): readonly FactRow[] {
  return [
    row('system', _('System'), facts.system, (system) => [system.prettyName, systemDetail(system)]),
    row('kernel', _('Kernel'), facts.kernel, kernelWords),
    row('cpu', _('Processor'), facts.cpu, (cpu) => [cpuValue(cpu), cpuDetail(cpu)]),
    row('memory', _('Memory'), facts.memory, memoryWords),
    ...gpuRows(facts.gpus),
    row('disk', _('Disk'), facts.disk, diskWords),
    ...firmwareRows(facts),
    row('virtualisation', _('Runs on'), facts.virtualisation, virtualisationWords),
    programRow('podman', 'Podman', facts.podman, _('Needed to run models in containers.')),
    programRow('flatpak', 'Flatpak', facts.flatpak, _('Needed to install Podman Desktop and its AI Lab.')),
    existingRow('ollama', 'Ollama', facts.existing.ollama),
    existingRow('ramalama', 'RamaLama', facts.existing.ramalama),
    existingRow('lmstudio', 'LM Studio', facts.existing.lmstudio),
    row('network', _('Network'), facts.network, networkWords),
  ];
}

/** The facts as plain text, for a bug report. English or translated, like the window. */
export function machineReport(facts: MachineFacts): string {
  return machineRows(facts)
    .map((fact) =>
      fill(_('{name}: {value}'), { name: fact.title, value: fact.known ? fact.value : fact.detail }),
    )
    .join('\n');
}

/** A row from a fact, or from the reason why there is none. */
export function row<T>(
  id: string,
  title: string,
  fact: Known<T>,
  words: (value: T) => readonly [value: string, detail: string],
): FactRow {
  if (!fact.known) return { id, title, value: _('Not known'), detail: because(fact), known: false };
  const [value, detail] = words(fact.value);
  return { id, title, value, detail, known: true };
}

function systemDetail(system: SystemFacts): string {
  if (system.image) return _('The system is an image: drivers come with the image or are added to it.');
  switch (system.variant) {
    case 'workstation':
    case 'ubuntu':
    case 'debian':
      return _('Drivers and programs are installed as packages.');
    case 'atomic':
    case 'other':
      return _('Hearth knows this system only in part.');
  }
}

function kernelWords(kernel: KernelFacts): readonly [string, string] {
  const others = kernel.installed.filter((release) => release !== kernel.running).length;
  if (others === 0) return [kernel.running, ''];
  const words = ngettext(
    '{count} other kernel is installed.',
    '{count} other kernels are installed.',
    others,
  );
  return [kernel.running, fill(words, { count: others })];
}

function cpuValue(cpu: CpuFacts): string {
  const cores = fill(ngettext('{model}, {count} core', '{model}, {count} cores', cpu.cores), {
    model: dataText(cpu.model),
    count: cpu.cores,
  });
  if (cpu.threads === cpu.cores) return cores;
  const threads = fill(ngettext('{count} thread', '{count} threads', cpu.threads), { count: cpu.threads });
  return listed([cores, threads]);
}

function cpuDetail(cpu: CpuFacts): string {
  const has = (...features: readonly CpuFacts['features'][number][]): boolean =>
    features.some((feature) => cpu.features.includes(feature));
  if (has('amx-int8', 'avx512-vnni', 'avx-vnni', 'i8mm')) {
    return _('Has instructions made for models, so smaller models run well even without a graphics card.');
  }
  if (has('avx2', 'dotprod')) return _('Fast enough to run smaller models without a graphics card.');
  if (cpu.features.length === 0) return _('What it can do for models is not known.');
  return _('Lacks the newer instructions that models gain from: answers come slowly.');
}

function memoryWords(memory: MemoryFacts): readonly [string, string] {
  const value = fill(_('{total}, of which {free} are free now'), {
    total: bytes(memory.total),
    free: bytes(memory.available),
  });
  if (memory.limited === true) {
    return [value, _('This is the limit of the container Hearth runs in; the computer has more.')];
  }
  return [value, _('A model and its context have to fit beside everything else that is open.')];
}

function diskWords(disk: DiskFacts): readonly [string, string] {
  const value = fill(_('{free} free of {total}'), { free: bytes(disk.free), total: bytes(disk.total) });
  return [value, _('Models take between 0.5 and 60 GB each.')];
}

function firmwareRows(facts: MachineFacts): readonly FactRow[] {
  const { kind, secureBoot, shim } = facts.firmware;
  const firmware = row('firmware', _('Firmware'), kind, (value) => {
    const names = { uefi: 'UEFI', bios: 'BIOS', other: _('Neither UEFI nor BIOS') };
    return [names[value], shim.known && shim.value ? _('The system was started through shim.') : ''];
  });
  const secure = row('secure-boot', _('Secure Boot'), secureBoot, (value) => {
    if (value === 'on') {
      return [
        _('On'),
        _('Drivers that do not come with the system need a security key that you agree to once.'),
      ];
    }
    if (value === 'setup') return [_('Off, in setup mode'), _('The firmware has no keys of its own.')];
    return [_('Off'), _('Drivers need no security key.')];
  });
  return [firmware, secure];
}

function virtualisationWords(kind: string): readonly [string, string] {
  if (kind === 'none') return [_('The computer itself'), ''];
  const containers = [
    'container-other',
    'podman',
    'docker',
    'lxc',
    'lxc-libvirt',
    'systemd-nspawn',
    'wsl',
    'rkt',
  ];
  if (containers.includes(kind)) {
    return [
      fill(_('A container ({kind})'), { kind }),
      _('Some of the facts here are about the container only.'),
    ];
  }
  const value = fill(_('A virtual machine ({kind})'), { kind });
  return [value, _('A graphics card of the computer around it can usually not be used from inside.')];
}

function programRow(id: string, title: string, fact: Known<string>, purpose: string): FactRow {
  // That a program is missing is a fact, not a gap.
  if (!fact.known && fact.reason === 'no-tool') {
    return { id, title, value: _('Not installed'), detail: purpose, known: true };
  }
  return row(id, title, fact, (version) => [version, '']);
}

function existingRow(id: string, program: string, fact: Known<readonly ExistingModel[]>): FactRow {
  const title = fill(_('Models of {program}'), { program });
  if (!fact.known && fact.reason === 'absent')
    return { id, title, value: _('None found'), detail: '', known: true };
  return row(id, title, fact, (models) => {
    if (models.length === 0) return [_('None found'), ''];
    const size = models.reduce((sum, model) => sum + (model.size ?? 0), 0);
    const words = ngettext('{count} model, {size}', '{count} models, {size}', models.length);
    const names = models.slice(0, 6).map((model) => model.name);
    return [fill(words, { count: models.length, size: bytes(size) }), listed(names)];
  });
}

function networkWords(network: NetworkFacts): readonly [string, string] {
  const states: Readonly<Record<NetworkFacts['connectivity'], string>> = {
    full: _('Connected'),
    limited: _('Connected, without the internet'),
    portal: _('Connected, waiting for a sign-in page'),
    none: _('Not connected'),
    unknown: _('Not known'),
  };
  if (network.metered === 'yes') {
    return [
      listed([states[network.connectivity], pgettext('network', 'metered')]),
      _('Downloads may cost money here.'),
    ];
  }
  return [states[network.connectivity], _('Only needed to download; models run without a network.')];
}
