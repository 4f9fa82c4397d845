// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import { isSettled, type Standing, type TaskId } from '../../core/setup/tasks.ts';
import { dotted } from '../../words/joined.ts';
import { standingWords, taskDescription, taskTitle } from '../../words/tasks.ts';
import { StandingIcon } from '../widgets/standing-icon.ts';

const icons: Readonly<Record<TaskId, string>> = {
  computer: 'computer-symbolic',
  driver: 'hearth-card-symbolic',
  model: 'hearth-model-symbolic',
  try: 'chat-message-new-symbolic',
  tools: 'applications-utilities-symbolic',
};

/** A task of the home list: icon, name, and its standing in words. */
export class TaskRow extends Adw.ActionRow {
  readonly #standing = new StandingIcon();

  static {
    GObject.registerClass({ GTypeName: 'HearthTaskRow' }, this);
  }

  setUp(task: TaskId): void {
    this.title = taskTitle(task);
    this.subtitle = taskDescription(task);
    this.useMarkup = false;
    this.activatable = true;
    this.add_prefix(
      new Gtk.Image({ iconName: icons[task], accessibleRole: Gtk.AccessibleRole.PRESENTATION }),
    );
    this.add_suffix(this.#standing);
    const chevron = { iconName: 'go-next-symbolic', accessibleRole: Gtk.AccessibleRole.PRESENTATION };
    this.add_suffix(new Gtk.Image(chevron));
  }

  /** @param locked why it cannot be carried out here, where that is what is to be said of it */
  render(standing: Standing, locked: string | null = null): void {
    if (locked !== null && !isSettled(standing)) {
      this.#standing.showLocked();
      this.subtitle = locked;
      return;
    }
    const { label, sentence } = standingWords(briefly(standing));
    this.#standing.showStanding(standing);
    // Progress says by itself that something is going on.
    const parts = standing.tag === 'running' ? [sentence] : [label, sentence];
    this.subtitle = dotted(parts);
  }
}

/** A row has room for the first piece of evidence; the task's page has the rest. */
function briefly(standing: Standing): Standing {
  return standing.tag === 'done' ? { ...standing, evidence: standing.evidence.slice(0, 1) } : standing;
}
