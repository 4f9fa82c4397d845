// SPDX-License-Identifier: GPL-3.0-or-later

import Atspi from 'gi://Atspi?version=2.0';

/** Roles that a person acts on or that tell how something goes: each needs a name. By number, as GTK's own names differ. */
const roleNames = [
  'BUTTON',
  'PUSH_BUTTON',
  'TOGGLE_BUTTON',
  'CHECK_BOX',
  'RADIO_BUTTON',
  'SWITCH',
  'ENTRY',
  'TEXT',
  'PASSWORD_TEXT',
  'SPIN_BUTTON',
  'SLIDER',
  'COMBO_BOX',
  'LIST_ITEM',
  'MENU_ITEM',
  'LINK',
  'PROGRESS_BAR',
  'IMAGE',
] as const;

export interface Sweep {
  /** Controls that can be seen. */
  readonly controls: number;
  /** Those without a name: role, id, and the names around. */
  readonly nameless: readonly string[];
}

/** Looks at every control that shows in the applications of this session. */
export function sweep(): Sweep {
  const roles = new Set(roleNames.map((name) => Atspi.Role[name]).filter((role) => role !== undefined));
  const nameless: string[] = [];
  let controls = 0;
  const visit = (node: Atspi.Accessible, trail: string): void => {
    const name = node.get_name() ?? '';
    const here = name === '' ? trail : `${trail} › ${name.slice(0, 40)}`;
    const showing = node.get_state_set().contains(Atspi.StateType['SHOWING'] ?? -1);
    if (showing && roles.has(node.get_role())) {
      controls += 1;
      if (name === '')
        nameless.push(`${node.get_role_name()} #${node.get_accessible_id() ?? ''} in ${trail}`);
    }
    for (let index = 0; index < node.get_child_count(); index += 1) {
      const child = node.get_child_at_index(index);
      if (child !== null) visit(child, here);
    }
  };
  const desktop = Atspi.get_desktop(0);
  desktop.clear_cache();
  visit(desktop, '');
  return { controls, nameless };
}
