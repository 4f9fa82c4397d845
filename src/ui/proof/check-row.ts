// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import type { Check, CheckId, HearthCure, OpenProgram, ProofCure, Verdict } from '../../core/proof/types.ts';
import { stated } from '../../words/joined.ts';
import { buttonFor } from '../../words/app.ts';
import { evidenceLines } from '../../words/proof-evidence.ts';
import {
  checkTitle,
  closeSentence,
  cureSentence,
  ownerName,
  proofWords,
  verdictWords,
} from '../../words/proof.ts';
import { nameControl } from '../widgets/accessible.ts';

/** What a row may ask for. */
export interface CheckActions {
  startAgain(): void;
  openTools(): void;
  cure(cure: HearthCure): void;
  copy(text: string): void;
}

const icons: Readonly<Record<Verdict['tag'], readonly [icon: string, style: string]>> = {
  holds: ['object-select-symbolic', 'success'],
  fails: ['dialog-warning-symbolic', 'warning'],
  unknown: ['hearth-unknown-symbolic', 'dim-label'],
  'not-applicable': ['object-select-symbolic', 'dim-label'],
};

/** A check: its standing in a picture and in words, and inside what was looked at and what makes it hold. */
export class CheckRow extends Adw.ExpanderRow {
  readonly #id: CheckId;
  readonly #actions: CheckActions;
  readonly #mark = new Adw.Bin({ valign: Gtk.Align.CENTER, accessibleRole: Gtk.AccessibleRole.PRESENTATION });
  #inside: Gtk.Widget[] = [];
  #shown: Check | null = null;

  static {
    GObject.registerClass({ GTypeName: 'HearthCheckRow' }, this);
  }

  constructor(id: CheckId, actions: CheckActions) {
    super({ useMarkup: false, title: checkTitle(id), titleLines: 0, subtitleLines: 0 });
    this.#id = id;
    this.#actions = actions;
    this.add_prefix(this.#mark);
  }

  /** @param check null while it is under way, or was not looked at */
  render(check: Check | null, running: boolean): void {
    if (check !== null && check === this.#shown) return;
    this.#shown = check;
    for (const row of this.#inside) this.remove(row);
    this.#inside = [];
    const title = checkTitle(this.#id);
    this.subtitle =
      check === null ? (running ? proofWords.checking() : proofWords.notYet()) : verdictWords(check);
    nameControl(this, stated(title, this.subtitle ?? ''));
    const openBefore = this.expanded && this.enableExpansion;
    this.enableExpansion = check !== null && (check.evidence.length > 0 || check.cure !== null);
    // Allowing it opens it.
    this.expanded = openBefore || check?.verdict.tag === 'fails';
    this.#showMark(check, running);
    if (check === null) return;
    if (check.cure !== null) this.#showCure(check.cure);
    for (const line of evidenceLines(check)) this.#add(line.sentence, line.raw);
  }

  #showMark(check: Check | null, running: boolean): void {
    if (check === null) {
      this.#mark.set_child(running ? new Adw.Spinner() : null);
      return;
    }
    const [iconName, style] = icons[check.verdict.tag];
    const image = new Gtk.Image({ iconName, accessibleRole: Gtk.AccessibleRole.PRESENTATION });
    image.add_css_class(style);
    this.#mark.child = image;
  }

  #showCure(cure: ProofCure): void {
    const row = this.#add(cureSentence(cure), '');
    switch (cure.cure) {
      case 'restart-server':
        this.#button(row, proofWords.startAgain(), () => this.#actions.startAgain());
        return;
      case 'desktop-telemetry':
        this.#button(row, proofWords.turnOff(), () => this.#actions.cure(cure));
        return;
      case 'goose-telemetry':
        this.#button(row, proofWords.openTools(), () => this.#actions.openTools());
        return;
      case 'close':
        for (const program of cure.open) this.#showOpen(program);
        return;
      case 'own-server':
      case 'environment':
      case 'cloud':
        return;
    }
  }

  #showOpen(program: OpenProgram): void {
    const { close } = program;
    const commands = close.by === 'command' ? close.commands.join('\n') : '';
    const row = this.#add(closeSentence(program), commands);
    const name = ownerName(program.owner);
    if (close.by === 'unit' || close.by === 'firewall') {
      const act = (): void => this.#actions.cure({ cure: 'close-program', program });
      this.#button(row, proofWords.close(), act, name);
    }
    if (close.by === 'command') {
      const copy = new Gtk.Button({
        name: `${this.#id}-copy`,
        iconName: 'edit-copy-symbolic',
        valign: Gtk.Align.CENTER,
      });
      copy.tooltipText = proofWords.copy();
      copy.add_css_class('flat');
      nameControl(copy, buttonFor(proofWords.copy(), name));
      copy.connect('clicked', () => this.#actions.copy(commands));
      row.add_suffix(copy);
    }
  }

  #button(row: Adw.ActionRow, label: string, act: () => void, name = checkTitle(this.#id)): void {
    const button = new Gtk.Button({ name: `${this.#id}-cure`, label, valign: Gtk.Align.CENTER });
    nameControl(button, buttonFor(label, name));
    button.connect('clicked', act);
    row.add_suffix(button);
  }

  #add(title: string, subtitle: string): Adw.ActionRow {
    const row = new Adw.ActionRow({
      useMarkup: false,
      title,
      subtitle: upright(subtitle),
      titleLines: 0,
      subtitleLines: 0,
      subtitleSelectable: subtitle !== '',
    });
    row.add_css_class('reading');
    this.add_row(row);
    this.#inside.push(row);
    return row;
  }
}

/** Readings and commands run from left to right, also where everything else does not. */
function upright(text: string): string {
  if (Gtk.Widget.get_default_direction() !== Gtk.TextDirection.RTL) return text;
  return text.replace(/^.+$/gm, '\u2066$&\u2069');
}
