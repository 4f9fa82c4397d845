// SPDX-License-Identifier: GPL-3.0-or-later

/** What identifies a person or one single computer, and is known beforehand. Empty strings are ignored. */
export interface Secrets {
  readonly userName: string;
  readonly realName: string;
  readonly hostName: string;
  readonly home: string;
  /** Machine id, boot id, serial numbers, hardware addresses: replaced wherever they appear. */
  readonly ids: readonly string[];
}

export type RedactionKind = 'user' | 'host' | 'home' | 'id' | 'uuid' | 'mac' | 'ip' | 'serial' | 'disk';

/**
 * Words that are names of users on some computers and say nothing there: replacing them would spoil os-release and
 * the names of drivers. In a path below /home they are replaced all the same.
 */
const plainWords = new Set(
  (
    'root user users admin home linux fedora debian ubuntu arch suse gnome hearth ollama amd intel nvidia apple ' +
    'localhost localdomain kernel driver system server desktop laptop virtual machine computer test guest live ' +
    'bazzite bluefin silverblue kinoite media mnt run var usr etc dev proc sys tmp name version model models'
  ).split(' '),
);

/** GUIDs that are the same on every computer: UEFI's global variables, its security database, shim, boot loaders. */
const publicGuids = new Set([
  '8be4df61-93ca-11d2-aa0d-00e098032b8c',
  'd719b2cb-3d3a-4596-a3bc-dad00e67656f',
  '605dab50-e046-4300-abb6-3dd810dd8b23',
  '4a67b082-0a4c-41cf-b6c7-440b29bb8c4f',
  '77fa9abd-0359-4d32-bd60-28f4e78f784b',
]);

const uuid = /(?<![0-9a-f])[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}(?![0-9a-f])/gi;
const mac = /(?<![0-9a-f:])(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![0-9a-f:])/gi;
const ipv4 = /(?<![\w.-])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.]|-[a-z])/g;
// Groups with '::' somewhere, or eight groups: a PCI address has neither.
const ipv6 =
  /(?<![\w:.])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}|::1)(?![\w:])/gi;
const serial = /\b(serial(?:[ _-]?(?:number|no))?\s*["']?\s*[:=]\s*["']?)([^\s"',]{2,})/gi;

/**
 * Replaces what identifies a person or a computer, the same thing by the same stand-in each time, in file contents,
 * paths and commands alike, so that a recording still fits together.
 */
export class Redactor {
  readonly counts = new Map<RedactionKind, number>();
  readonly #standIns = new Map<string, string>();
  readonly #literals: (readonly [pattern: RegExp, kind: RedactionKind, standIn: string])[] = [];

  constructor(secrets: Secrets) {
    const user = secrets.userName;
    const ids = [...new Set(secrets.ids)].filter((id) => id.length >= 4).sort((a, b) => b.length - a.length);
    ids.forEach((id, index) => this.#literals.push([literal(id, false), 'id', `id-${String(index + 1)}`]));
    if (
      secrets.home !== '' &&
      secrets.home !== '/' &&
      secrets.home !== '/root' &&
      !secrets.home.endsWith(`/${user}`)
    ) {
      this.#literals.push([new RegExp(`${escape(secrets.home)}(?![\\w.-])`, 'g'), 'home', '/home/user']);
    }
    if (user !== '' && user !== 'root') {
      const inPaths = `(?<=/(?:home|run/media|media|Users)/)${escape(user)}(?![\\w.-])`;
      this.#literals.push([new RegExp(inPaths, 'g'), 'home', 'user']);
    }
    if (secrets.realName.trim().length >= 3) this.#word(secrets.realName.trim(), 'user', 'user');
    this.#word(user, 'user', 'user');
    this.#word(secrets.hostName, 'host', 'computer');
    this.#word(secrets.hostName.split('.', 1)[0] ?? '', 'host', 'computer');
  }

  /** A text, path or argument without what identifies. */
  text(text: string): string {
    let out = text;
    // Addresses and ids before names: a host name may be made of them.
    out = out.replace(serial, (_all, label: string) => label + this.#count('serial', 'redacted'));
    for (const [pattern, kind, standIn] of this.#literals) {
      out = out.replace(pattern, () => this.#count(kind, standIn));
    }
    out = out.replace(uuid, (found) => (publicGuids.has(found.toLowerCase()) ? found : this.#uuid(found)));
    out = out.replace(mac, () => this.#count('mac', '00:00:00:00:00:00'));
    out = out.replace(ipv4, (found) =>
      found === '127.0.0.1' || found === '0.0.0.0' ? found : this.#count('ip', '192.0.2.1'),
    );
    return out.replace(ipv6, (found) => (found === '::1' ? found : this.#count('ip', '2001:db8::1')));
  }

  /** Output of df: a volume or share by its kind only, and no names of disks that are plugged in. */
  df(text: string): string {
    const lines = text.split('\n').map((line, index) => {
      if (index === 0 || line === '') return line;
      const row = /^(\S.*?)(\s+\S+\s+[0-9]+\s+[0-9]+\s+)(\/.*)$/.exec(line);
      if (row === null) return line;
      return this.#source(row[1] ?? '') + (row[2] ?? '') + this.#target(row[3] ?? '');
    });
    return this.text(lines.join('\n'));
  }

  /** Counts for `machine.json`, by kind. */
  summary(): Record<string, number> {
    return Object.fromEntries([...this.counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #source(source: string): string {
    if (/^\/dev\/(?:[a-z]{2,6}[0-9]*|nvme[0-9]+n[0-9]+(?:p[0-9]+)?|mmcblk[0-9]+(?:p[0-9]+)?)$/.test(source))
      return source;
    if (/^(?:tmpfs|devtmpfs|overlay|composefs|none|rootfs|fuse)$/.test(source)) return source;
    const mapped = source.startsWith('/dev/mapper/luks-') ? '/dev/mapper/luks-volume' : '/dev/mapper/volume';
    return this.#count('disk', source.startsWith('/') && !source.startsWith('//') ? mapped : 'share');
  }

  #target(target: string): string {
    return target.replace(/^(\/(?:run\/media|media)\/[^/]+\/|\/mnt\/)(.+)$/, (_all, start: string) => {
      return start + this.#count('disk', 'disk');
    });
  }

  #uuid(found: string): string {
    const key = found.toLowerCase();
    const index = this.#standIns.get(key) ?? String(this.#standIns.size + 1).padStart(12, '0');
    this.#standIns.set(key, index);
    this.#count('uuid', '');
    return found.includes('-') ? `00000000-0000-4000-8000-${index}` : `00000000000040008000${index}`;
  }

  #word(word: string, kind: RedactionKind, standIn: string): void {
    if (word.length < 2 || plainWords.has(word.toLowerCase())) return;
    this.#literals.push([literal(word, true), kind, standIn]);
  }

  #count(kind: RedactionKind, standIn: string): string {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    return standIn;
  }
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** Whole words only for names, so that a user 'ana' does not spoil 'banana'. */
function literal(text: string, whole: boolean): RegExp {
  const body = escape(text);
  return new RegExp(whole ? `(?<![A-Za-z0-9])${body}(?![A-Za-z0-9])` : body, 'gi');
}
