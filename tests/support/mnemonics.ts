// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gdk from 'gi://Gdk?version=4.0';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import { accessKey } from '../../src/words/access-keys.ts';

export interface Mnemonics {
  /** Labels with an access key that works now, as they are written: with the underscore. */
  readonly keys: readonly string[];
  /** Buttons that a page or dialog is for, without one. */
  readonly keyless: readonly string[];
  /** What can be acted on and has no id or name of its own. */
  readonly anonymous: readonly string[];
}

/** Labels that share an access key. */
export function clashes({ keys }: Mnemonics): readonly string[] {
  const byKey = Map.groupBy(keys, (label) => accessKey(label) ?? '');
  return [...byKey.values()].filter((labels) => labels.length > 1).map((labels) => labels.join(' · '));
}

/** The access keys of the page or dialog that a person is in, and the buttons that lack one. */
export function mnemonics(window: Adw.ApplicationWindow): Mnemonics {
  const keys: string[] = [];
  const keyless: string[] = [];
  const anonymous: string[] = [];
  const visit = (widget: Gtk.Widget): void => {
    if (!widget.get_mapped() || !widget.get_child_visible()) return;
    // A menu has access keys of its own.
    if (widget instanceof Gtk.Popover) return;
    if (widget instanceof Gtk.Label && widget.mnemonicKeyval !== Gdk.KEY_VoidSymbol) keys.push(widget.label);
    if (widget instanceof Gtk.Button && isMain(widget) && !hasKey(widget))
      keyless.push(widget.label ?? widget.get_buildable_id() ?? '');
    if (isActedOn(widget) && !hasId(widget))
      anonymous.push(
        `${widget.constructor.name} in ${widget.get_parent()?.get_buildable_id() ?? widget.get_parent()?.name}`,
      );
    for (let child = widget.get_first_child(); child !== null; child = child.get_next_sibling()) visit(child);
  };
  visit(window.visibleDialog ?? window);
  return { keys, keyless, anonymous };
}

/** What a page or dialog is there for: it stands out, or stands alone. */
function isMain(button: Gtk.Button): boolean {
  const dialog = button.get_ancestor(Adw.AlertDialog.$gtype) !== null;
  return (
    dialog ||
    ['pill', 'offer', 'suggested-action', 'destructive-action'].some((name) => button.has_css_class(name))
  );
}

function hasKey(widget: Gtk.Widget): boolean {
  if (widget instanceof Gtk.Label && widget.mnemonicKeyval !== Gdk.KEY_VoidSymbol) return true;
  for (let child = widget.get_first_child(); child !== null; child = child.get_next_sibling())
    if (hasKey(child)) return true;
  return false;
}

function isActedOn(widget: Gtk.Widget): boolean {
  const kinds = [
    Gtk.Button,
    Gtk.CheckButton,
    Gtk.Switch,
    Gtk.Entry,
    Gtk.TextView,
    Gtk.Scale,
    Gtk.MenuButton,
    Gtk.DropDown,
  ];
  if (!kinds.some((kind) => widget instanceof kind)) return false;
  // The toolkit's own, inside of what has an id, or the same in every window.
  const outer = [
    Gtk.MenuButton,
    Gtk.WindowControls,
    Adw.SwitchRow,
    Adw.ComboRow,
    Adw.ExpanderRow,
    Adw.AboutDialog,
    Adw.AlertDialog,
    Adw.ShortcutsDialog,
  ];
  const inside = outer.some(
    (kind) => widget.get_parent()?.get_ancestor(kind.$gtype) !== null && !mine(widget),
  );
  return !inside && !['back', 'close', 'response'].some((name) => widget.has_css_class(name));
}

/** Put into a row by Hearth, not by the row itself. */
function mine(widget: Gtk.Widget): boolean {
  return hasId(widget);
}

function hasId(widget: Gtk.Widget): boolean {
  return (
    widget.get_buildable_id() !== null ||
    widget.name !== GObject.type_name((widget.constructor as typeof Gtk.Widget).$gtype)
  );
}
