// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import type { Standing } from '../../core/setup/tasks.ts';

const icons: Readonly<Record<Exclude<Standing['tag'], 'running'>, readonly [icon: string, style: string]>> = {
  'not-needed': ['object-select-symbolic', 'dim-label'],
  ready: ['', ''],
  waiting: ['alarm-symbolic', 'dim-label'],
  done: ['object-select-symbolic', 'success'],
  broken: ['dialog-warning-symbolic', 'warning'],
};

/** A picture of a standing. Says nothing to screen readers: the words beside it do. */
export class StandingIcon extends Adw.Bin {
  static {
    GObject.registerClass({ GTypeName: 'HearthStandingIcon' }, this);
  }

  constructor() {
    super({ valign: Gtk.Align.CENTER, accessibleRole: Gtk.AccessibleRole.PRESENTATION });
  }

  showStanding(standing: Standing): void {
    this.visible = standing.tag !== 'ready';
    if (standing.tag === 'running') {
      if (!(this.child instanceof Adw.Spinner)) this.child = new Adw.Spinner();
      return;
    }
    this.#show(...icons[standing.tag]);
  }

  /** Of what an organisation decided that it cannot be changed. */
  showLocked(): void {
    this.visible = true;
    this.#show('changes-prevent-symbolic', 'dim-label');
  }

  #show(iconName: string, style: string): void {
    const image = new Gtk.Image({ iconName, accessibleRole: Gtk.AccessibleRole.PRESENTATION });
    if (style !== '') image.add_css_class(style);
    this.child = image;
  }
}
