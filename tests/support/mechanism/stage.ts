// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GioUnix from 'gi://GioUnix?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import system from 'system';

import { CancelSource, never } from '../../../src/core/cancel.ts';
import { mechanismName, mechanismPath } from '../../../src/core/driver/verbs.ts';
import { toErrorValue } from '../../../src/core/errors.ts';
import type { Child } from '../../../src/core/ports.ts';
import { files } from '../../../src/platform/files.ts';
import { mechanism } from '../../../src/platform/mechanism.ts';
import { processes } from '../../../src/platform/processes.ts';
import { until } from '../serving.ts';
import { temporaryFolder } from '../tap.ts';

/** A system bus with the real polkit, the built service on a computer made of files, and people who call it. Needs root. */

const id = 'io.github.hearthdesktop.Hearth';
const built = `${GLib.get_current_dir()}/build/root/install`;

/** People, by what polkit's rules of the test say to them. */
export const people = { permitted: 2001, asked: 2002, barred: 2003 } as const;
export type Person = keyof typeof people;

const rules = `polkit.addRule(function (action, subject) {
  if (action.id.indexOf('${mechanismName}.') !== 0) return polkit.Result.NOT_HANDLED;
  if (subject.user === 'permitted') return polkit.Result.YES;
  if (subject.user === 'asked') return polkit.Result.AUTH_ADMIN;
  return polkit.Result.NOT_HANDLED;
});
`;

export async function sh(text: string): Promise<string> {
  const { stdout, stderr, exit } = await processes.run(['bash', '-euc', text], {}, never);
  if (exit !== 0) throw new Error(`${text}\n${stdout}${stderr}`);
  return stdout;
}

export class Stage {
  readonly root: string;
  /** Of the computer's own key, of one that was enrolled before, of a stranger's. */
  readonly fingerprints: Readonly<Record<'key' | 'old' | 'other', string>>;
  #polkit: Child | null = null;

  private constructor(root: string, fingerprints: Stage['fingerprints']) {
    this.root = root;
    this.fingerprints = fingerprints;
  }

  static async start(): Promise<Stage> {
    const folder = temporaryFolder();
    const root = `${folder}/computer`;
    await sh(`chmod 755 ${folder}; tests/support/mechanism/machine.sh ${root} 2>/dev/null`);
    const users = Object.entries(people).map(([name, uid]) => `useradd --no-log-init -M -u ${uid} ${name}`);
    await sh(`${users.join('\n')}
      cp ${built}/share/polkit-1/actions/${id}.policy /usr/share/polkit-1/actions/
      cp ${built}/share/polkit-1/rules.d/${id}.rules /usr/share/polkit-1/rules.d/
      cp ${built}/share/dbus-1/system.d/${mechanismName}.conf /usr/share/dbus-1/system.d/
      mkdir -p /run/dbus /etc/polkit-1/rules.d; dbus-uuidgen --ensure`);
    await files.writeAtomic('/etc/polkit-1/rules.d/00-test.rules', rules, 0o644);
    // As it is installed, but started by the bus itself and with the flag for tests.
    const service = `[D-BUS Service]\nName=${mechanismName}\nUser=root\nExec=${built}/libexec/hearth-mechanism --test=${root}\n`;
    await files.writeAtomic(`/usr/share/dbus-1/system-services/${mechanismName}.service`, service, 0o644);
    await processes.start(['dbus-daemon', '--system', '--nofork', '--nopidfile'], {});
    await until('a system bus', async () => (await files.stat('/run/dbus/system_bus_socket')) !== null);
    const read = async (name: string): Promise<string> =>
      (await files.readText(`${root}.made/${name}.fingerprint`)).trim();
    const fingerprints = { key: await read('key'), old: await read('old'), other: await read('other') };
    const stage = new Stage(root, fingerprints);
    await stage.startPolkit();
    return stage;
  }

  async startPolkit(): Promise<void> {
    this.#polkit = await processes.start(['/usr/lib/polkit-1/polkitd', '--log-level=debug'], {
      onLine: (line) => polkitLog.push(line),
    });
    await until('polkit', () => hasOwner('org.freedesktop.PolicyKit1'));
  }

  async stopPolkit(): Promise<void> {
    this.#polkit?.signal('KILL');
    await this.#polkit?.exited;
    await until('no polkit', async () => !(await hasOwner('org.freedesktop.PolicyKit1')));
  }

  /** Everything that the computer is made of, as one text. */
  async tree(): Promise<string> {
    return sh(`cd ${this.root}; find . -printf '%p %y %m %l\\n' | LC_ALL=C sort
      find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum`);
  }

  /** Names of variables that are staged for the firmware. */
  async staged(): Promise<readonly string[]> {
    const names = await files.list(`${this.root}/sys/firmware/efi/efivars`);
    const firmware = /^(SecureBoot|SetupMode|BootCurrent|Boot000.|MokListRT)-/;
    return names.filter((name) => !firmware.test(name)).map((name) => name.split('-')[0] ?? '');
  }

  async mokutil(...args: readonly string[]): Promise<string> {
    const env = { EFIVARFS_PATH: `${this.root}/sys/firmware/efi/efivars/` };
    const { stdout, stderr } = await processes.run(['mokutil', ...args], { env }, never);
    return stdout + stderr;
  }

  /** Somebody's program, at the bus and ready to call. */
  async caller(person: Person): Promise<Caller> {
    return Caller.start(people[person]);
  }
}

export const polkitLog: string[] = [];

export function bus(): Gio.DBusConnection {
  return Gio.bus_get_sync(Gio.BusType.SYSTEM, null);
}

async function hasOwner(name: string): Promise<boolean> {
  const { stdout } = await processes.run(
    [
      'gdbus',
      'call',
      '--system',
      '-d',
      'org.freedesktop.DBus',
      '-o',
      '/',
      '-m',
      'org.freedesktop.DBus.NameHasOwner',
      name,
    ],
    {},
    never,
  );
  return stdout.includes('true');
}

/** What a call came to: 'done', or the code of its error. */
export interface Outcome {
  readonly code: string;
  readonly value: unknown;
  readonly args: Readonly<Record<string, unknown>>;
  readonly detail: string | null;
}

export class Caller {
  readonly pid: number;
  readonly #child: Child;
  #waiting: ((outcome: Outcome) => void)[] = [];

  private constructor(child: Child) {
    this.#child = child;
    this.pid = child.pid;
  }

  static async start(uid: number): Promise<Caller> {
    const program = `${GLib.get_current_dir()}/build/tests/platform/root/${system.programInvocationName.split('/').at(-1)}`;
    let isReady = false;
    const child = await processes.start(
      ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', 'gjs', '-m', program, '--caller'],
      {
        env: { HOME: '/nonexistent' },
        onLine: (line) => {
          if (line === 'ready') isReady = true;
          else caller.#waiting.shift()?.(JSON.parse(line) as Outcome);
        },
      },
    );
    const caller = new Caller(child);
    void child.exited.then(({ stderrTail }) => {
      for (const answer of caller.#waiting.splice(0))
        answer({ code: 'gone', value: null, args: {}, detail: stderrTail });
    });
    await until('a caller', () => Promise.resolve(isReady));
    return caller;
  }

  /** @param method of the `Mechanism` port */
  call(method: string, ...args: readonly string[]): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve);
      this.#child.write(new TextEncoder().encode(`${JSON.stringify([method, ...args])}\n`)).catch(reject);
    });
  }

  /** Takes the call back that is open. */
  async cancel(): Promise<void> {
    await this.#child.write(new TextEncoder().encode('["cancel"]\n'));
  }

  async end(): Promise<void> {
    this.#child.signal('KILL');
    await this.#child.exited;
  }
}

/** Runs the tests, or, as the program of a caller, reads calls, one a line, and writes what they came to. */
export async function runOrCall(run: () => Promise<void>): Promise<void> {
  if (system.programArgs[0] !== '--caller') return run();
  const loop = new GLib.MainLoop(null, false);
  void answerCalls().finally(() => loop.quit());
  await (loop as unknown as { runAsync(): Promise<void> }).runAsync();
}

async function answerCalls(): Promise<void> {
  const input = new Gio.DataInputStream({ base_stream: GioUnix.InputStream.new(0, false) });
  let cancel = new CancelSource();
  print('ready');
  for (;;) {
    const [line] = await input.read_line_async(GLib.PRIORITY_DEFAULT, null);
    if (line === null) return;
    const [method = '', ...args] = JSON.parse(new TextDecoder().decode(line)) as string[];
    if (method === 'cancel') cancel.cancel();
    else {
      cancel = new CancelSource();
      const work = mechanism[method as keyof typeof mechanism] as (...params: unknown[]) => Promise<unknown>;
      void work(...args, cancel)
        .then(
          (value) => ({ code: 'done', value: value ?? null, args: {}, detail: null }),
          (thrown: unknown) => ({ value: null, ...toErrorValue(thrown) }),
        )
        .then((outcome) => print(JSON.stringify(outcome)));
    }
  }
}

const agentXml = `<node><interface name="org.freedesktop.PolicyKit1.AuthenticationAgent">
  <method name="BeginAuthentication">
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="a{ss}" direction="in"/>
    <arg type="s" direction="in"/><arg type="a(sa{sv})" direction="in"/>
  </method>
  <method name="CancelAuthentication"><arg type="s" direction="in"/></method>
</interface></node>`;

const authority = ['org.freedesktop.PolicyKit1', '/org/freedesktop/PolicyKit1/Authority'] as const;
let agents = 0;
/** Held, since the bus does not. */
const registered: Agent[] = [];

/** An authentication agent for one program: a dialog that gives a password, is closed, gets it wrong, or stays open. */
export class Agent {
  readonly messages: string[] = [];
  cancelled = 0;
  #exported: Gio.DBusExportedObject | null = null;
  way: 'give' | 'close' | 'wrong' | 'wait' = 'close';

  static async register(caller: Caller, uid: number): Promise<Agent> {
    const agent = new Agent();
    agents += 1;
    const path = `/test/agent${agents}`;
    const stat = await files.readText(`/proc/${caller.pid}/stat`);
    const started = Number(stat.slice(stat.lastIndexOf(')')).split(' ')[20]);
    const details = {
      pid: new GLib.Variant('u', caller.pid),
      'start-time': new GLib.Variant('t', started),
      uid: new GLib.Variant('i', uid),
    };
    const methods = {
      BeginAuthenticationAsync: (params: readonly unknown[], invocation: Gio.DBusMethodInvocation) =>
        void agent.#begin(uid, params, invocation),
      CancelAuthentication: () => {
        agent.cancelled += 1;
      },
    };
    agent.#exported = Gio.DBusExportedObject.wrapJSObject(agentXml, methods);
    agent.#exported.export(bus(), path);
    registered.push(agent);
    const args = new GLib.Variant('((sa{sv})ss)', [['unix-process', details], 'C', path]);
    await bus().call(
      ...authority,
      `${authority[0]}.Authority`,
      'RegisterAuthenticationAgent',
      args,
      null,
      0,
      -1,
      null,
    );
    return agent;
  }

  async #begin(uid: number, params: readonly unknown[], invocation: Gio.DBusMethodInvocation): Promise<void> {
    const [, message = '', , , cookie = ''] = params as readonly string[];
    this.messages.push(message);
    if (this.way === 'wait') return;
    if (this.way === 'close') {
      invocation.return_dbus_error(`${authority[0]}.Error.Cancelled`, 'closed');
      return;
    }
    if (this.way === 'give') {
      const root: [string, Record<string, GLib.Variant>] = ['unix-user', { uid: new GLib.Variant('u', 0) }];
      const args = new GLib.Variant('(us(sa{sv}))', [uid, cookie, root]);
      await bus().call(
        ...authority,
        `${authority[0]}.Authority`,
        'AuthenticationAgentResponse2',
        args,
        null,
        0,
        -1,
        null,
      );
    }
    invocation.return_value(null);
  }
}

/** A call as anybody could make it, with arguments of any type; the name of the error that it ends in, or 'done'. */
export async function rawCall(verb: string, args: GLib.Variant | null): Promise<string> {
  try {
    await bus().call(mechanismName, mechanismPath, mechanismName, verb, args, null, 0, -1, null);
    return 'done';
  } catch (thrown) {
    const name = thrown instanceof GLib.Error ? Gio.DBusError.get_remote_error(thrown) : null;
    return name ?? String(thrown);
  }
}
