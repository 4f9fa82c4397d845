// SPDX-License-Identifier: GPL-3.0-or-later

import Atspi from 'gi://Atspi?version=2.0';
import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import GObject from 'gi://GObject?version=2.0';
import System from 'system';

/**
 * For a process of its own: says what is announced, a line of JSON each; and for each line on standard input, which names,
 * descriptions and texts of the accessible tree have a secret in them.
 */
export function listenFor(secret: string): void {
  Atspi.init();
  const listener = Atspi.EventListener.new((event: Atspi.Event) => {
    const { any_data: said } = event;
    print(JSON.stringify({ heard: said instanceof GObject.Value ? said.get_string() : String(said) }));
  });
  listener.register('object:announcement');
  const input = Gio.DataInputStream.new(Gio.File.new_for_path('/dev/stdin').read(null));
  const read = (): void => {
    input.read_line_async(GLib.PRIORITY_DEFAULT, null, (_stream, result) => {
      if (input.read_line_finish_utf8(result)[0] === null) System.exit(0);
      try {
        print(JSON.stringify({ told: tellTales(secret) }));
      } catch (thrown) {
        print(JSON.stringify({ told: [String(thrown)] }));
      }
      read();
    });
  };
  read();
  Atspi.event_main();
}

function tellTales(secret: string): readonly string[] {
  const found: string[] = [];
  const wanted = new RegExp(Array.from(secret).join('[\\s,.]*'));
  const visit = (node: Atspi.Accessible): void => {
    const text = node.get_text_iface();
    const said = [
      node.get_name() ?? '',
      node.get_description() ?? '',
      text === null ? '' : Atspi.Text.prototype.get_text.call(text, 0, -1),
    ];
    for (const each of said) if (wanted.test(each)) found.push(each);
    for (let at = 0; at < node.get_child_count(); at += 1) {
      const child = node.get_child_at_index(at);
      if (child !== null) visit(child);
    }
  };
  const desktop = Atspi.get_desktop(0);
  desktop.clear_cache();
  visit(desktop);
  return found;
}

/** What assistive technology hears, from a process of its own. */
export class Ears {
  readonly #process: Gio.Subprocess;
  readonly #lines: string[] = [];
  #tell: ((told: readonly string[]) => void) | null = null;

  constructor() {
    this.#process = Gio.Subprocess.new(
      ['gjs', '-m', System.programPath ?? '', '--listen'],
      Gio.SubprocessFlags.STDIN_PIPE | Gio.SubprocessFlags.STDOUT_PIPE,
    );
    const output = Gio.DataInputStream.new(this.#process.get_stdout_pipe() as Gio.InputStream);
    const read = (): void => {
      output.read_line_async(GLib.PRIORITY_DEFAULT, null, (_stream, result) => {
        const [line] = output.read_line_finish_utf8(result);
        if (line === null) return;
        const { heard, told } = JSON.parse(line) as { heard?: string; told?: readonly string[] };
        if (heard !== undefined) this.#lines.push(heard);
        if (told !== undefined) this.#tell?.(told);
        read();
      });
    };
    read();
  }

  heard(): readonly string[] {
    return [...this.#lines];
  }

  told(): Promise<readonly string[]> {
    return new Promise((resolve) => {
      this.#tell = resolve;
      this.#process.get_stdin_pipe()?.write_all(new TextEncoder().encode('look\n'), null);
    });
  }

  close(): void {
    this.#process.force_exit();
  }
}
