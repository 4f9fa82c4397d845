// SPDX-License-Identifier: GPL-3.0-or-later

import Atspi from 'gi://Atspi?version=2.0';
import GLib from 'gi://GLib?version=2.0';

/** Finds and works widgets as assistive technology does. Ids are those of the blueprints. */

export type Wanted = { readonly id: string } | { readonly name: string | RegExp; readonly role?: string };

function fits(node: Atspi.Accessible, wanted: Wanted): boolean {
  if ('id' in wanted) return node.get_accessible_id() === wanted.id;
  const name = node.get_name() ?? '';
  const named = typeof wanted.name === 'string' ? name === wanted.name : wanted.name.test(name);
  return named && (wanted.role === undefined || node.get_role_name() === wanted.role);
}

/** First widget that shows and is wanted, in the order of the tree. */
export function find(wanted: Wanted, from?: Atspi.Accessible): Atspi.Accessible | null {
  const visit = (node: Atspi.Accessible): Atspi.Accessible | null => {
    const states = node.get_state_set();
    if (fits(node, wanted) && states.contains(Atspi.StateType['SHOWING'] ?? -1)) return node;
    for (let index = 0; index < node.get_child_count(); index += 1) {
      const child = node.get_child_at_index(index);
      const found = child === null ? null : visit(child);
      if (found !== null) return found;
    }
    return null;
  };
  const root = from ?? Atspi.get_desktop(0);
  root.clear_cache();
  return visit(root);
}

export function sleep(milliseconds: number): void {
  GLib.usleep(milliseconds * 1000);
}

/** Looks until `look` gives something. @throws when it has not after `seconds`. */
export function until<T>(look: () => T | null | undefined | false, what: string, seconds = 20): T {
  const end = GLib.get_monotonic_time() + seconds * 1e6;
  for (;;) {
    const found = look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (GLib.get_monotonic_time() > end) throw new Error(`not within ${seconds} s: ${what}`);
    sleep(100);
  }
}

export function waitFor(wanted: Wanted, seconds = 20): Atspi.Accessible {
  return until(() => find(wanted), JSON.stringify(describe(wanted)), seconds);
}

export function sensitive(node: Atspi.Accessible): boolean {
  return node.get_state_set().contains(Atspi.StateType['SENSITIVE'] ?? -1);
}

/** Waits for a control that can be used, and uses it. */
export function click(wanted: Wanted, seconds = 20): void {
  const node = until(
    () => {
      const found = find(wanted);
      return found !== null && sensitive(found) ? found : null;
    },
    `usable ${JSON.stringify(describe(wanted))}`,
    seconds,
  );
  if (node.get_action_iface()?.do_action(0) !== true) throw new Error(`cannot click ${node.get_name()}`);
}

/** Puts text into an entry, instead of what is there. */
export function enter(wanted: Wanted, text: string): void {
  const node = waitFor(wanted);
  // GTK's entry is editable through the text inside it.
  const editable = node.get_editable_text_iface() ?? firstEditable(node);
  if (editable?.set_text_contents(text) !== true) throw new Error(`cannot write into ${node.get_name()}`);
}

function firstEditable(node: Atspi.Accessible): Atspi.EditableText | null {
  for (let index = 0; index < node.get_child_count(); index += 1) {
    const child = node.get_child_at_index(index);
    const editable = child?.get_editable_text_iface() ?? (child ? firstEditable(child) : null);
    if (editable !== null && editable !== undefined) return editable;
  }
  return null;
}

function describe(wanted: Wanted): object {
  return 'id' in wanted ? wanted : { ...wanted, name: String(wanted.name) };
}
