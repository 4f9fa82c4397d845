// SPDX-License-Identifier: GPL-3.0-or-later

// The window as assistive technology sees it, and hands to act on it. Widgets are found by the id that they have in
// their blueprint, never by a name that a translator may change.

import Atspi from 'gi://Atspi?version=2.0';
import { until } from '../../support/built.ts';

Atspi.init();

type Node = Atspi.Accessible;
type Test = (node: Node) => boolean;

const has = (node: Node, state: string): boolean =>
  node.get_state_set().contains(Atspi.StateType[state] ?? -1);

/** Widgets go while they are looked at: what is gone is not there. */
function safely<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

function search(node: Node, wanted: Test, found: Node[], most: number): void {
  for (let index = 0; index < safely(() => node.get_child_count(), 0); index += 1) {
    const child = safely(() => node.get_child_at_index(index), null);
    // Pages below the visible one and dialogs that are closed have no showing parts.
    if (child === null || !safely(() => has(child, 'SHOWING') || isProgram(child), false)) continue;
    // In a whole session the Shell is a program among others, and a large one.
    if (safely(() => isProgram(child) && child.get_name() === 'gnome-shell', false)) continue;
    if (safely(() => wanted(child), false)) found.push(child);
    if (found.length < most) search(child, wanted, found, most);
    if (found.length >= most) return;
  }
}

const isProgram = (node: Node): boolean => node.get_role() === Atspi.Role['APPLICATION'];

function look(wanted: Test, most: number, root: Node | null = null): readonly Node[] {
  const desktop = Atspi.get_desktop(0);
  desktop.clear_cache();
  const found: Node[] = [];
  search(root ?? desktop, wanted, found, most);
  return found;
}

const byId =
  (id: string): Test =>
  (node) =>
    node.get_accessible_id() === id;

/** The first widget of this id that shows, in reading order; null when there is none. */
export function find(id: string): Node | null {
  return look(byId(id), 1)[0] ?? null;
}

export function shows(id: string): boolean {
  return find(id) !== null;
}

/** How many programs have a window here, and how many windows they have. */
export function windows(): number {
  const roles = [Atspi.Role['FRAME'], Atspi.Role['WINDOW']];
  return look((node) => roles.includes(node.get_role()), 99).length;
}

/** Everything that can be read in a widget, or in all windows: names of its parts, in reading order. */
export function words(id?: string): string {
  const root = id === undefined ? null : find(id);
  if (id !== undefined && root === null) return '';
  const named = look((node) => (node.get_name() ?? '') !== '', 5000, root);
  return [...(root === null ? [] : [root]), ...named]
    .map((node) => safely(() => node.get_name() ?? '', ''))
    .join('\n');
}

/** What a label says. */
export function textOf(id: string): string {
  return find(id)?.get_name() ?? '';
}

/** Whether a text can be read anywhere, word for word. */
export function says(text: string): boolean {
  return look((node) => node.get_name() === text, 1).length > 0;
}

export function focused(id: string): boolean {
  const node = find(id);
  // An entry's focus is in a part of it.
  return node !== null && (has(node, 'FOCUSED') || look((part) => has(part, 'FOCUSED'), 1, node).length > 0);
}

/** Waits until a widget shows that can be used. */
export async function appears(id: string, limit = 20_000): Promise<Node> {
  let node: Node | null = null;
  await until(
    () => {
      node = find(id);
      return node !== null && safely(() => has(node as Node, 'SENSITIVE'), false);
    },
    `#${id}`,
    limit,
  );
  return node as unknown as Node;
}

/** Waits for a button and presses it. */
export async function press(id: string, limit = 20_000): Promise<void> {
  const node = await appears(id, limit);
  const acts: Test = (part) => (part.get_action_iface()?.get_n_actions() ?? 0) > 0;
  // What a menu button does is done by a button in it.
  const action = (acts(node) ? node : look(acts, 1, node)[0])?.get_action_iface();
  if (action?.do_action(0) !== true) throw new Error(`#${id} cannot be pressed`);
}

/** Waits for a button that has no id of its own, as those of a question, and presses it by its label. */
export async function pressNamed(label: string): Promise<void> {
  const acts: Test = (node) =>
    node.get_name() === label && (node.get_action_iface()?.get_n_actions() ?? 0) > 0;
  await until(() => look(acts, 1).length > 0, `the button "${label}"`, 20_000);
  if (look(acts, 1)[0]?.get_action_iface()?.do_action(0) !== true)
    throw new Error(`"${label}" cannot be pressed`);
}

/** Waits for an entry and writes into it. */
export async function write(id: string, text: string): Promise<void> {
  const node = await appears(id);
  const entry = look((part) => part.get_editable_text_iface() !== null, 1, node)[0] ?? node;
  if (entry.get_editable_text_iface()?.set_text_contents(text) !== true)
    throw new Error(`#${id} cannot be written into`);
}
