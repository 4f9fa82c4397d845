// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import { toErrorValue } from '../../core/errors.ts';
import { appName } from '../../words/app.ts';
import { errorDetails, errorWords } from '../../words/errors.ts';

/** What is there while Hearth is put together; practice mode makes a model first. */
export class StartingWindow extends Adw.ApplicationWindow {
  readonly #view = new Adw.ToolbarView();

  static {
    GObject.registerClass({ GTypeName: 'HearthStartingWindow' }, this);
  }

  constructor(application: Gtk.Application) {
    super({ application, title: appName, defaultWidth: 760, defaultHeight: 720 });
    this.#view.add_top_bar(new Adw.HeaderBar({ showTitle: false }));
    this.#view.content = new Adw.Spinner({
      widthRequest: 48,
      heightRequest: 48,
      halign: Gtk.Align.CENTER,
      valign: Gtk.Align.CENTER,
    });
    this.content = this.#view;
  }

  /** Hearth cannot go on: says why instead of vanishing. */
  showError(thrown: unknown): void {
    const error = toErrorValue(thrown);
    const { sentence, next } = errorWords(error);
    const details = new Gtk.Label({ label: errorDetails(error), wrap: true, selectable: true });
    details.add_css_class('monospace');
    this.#view.content = new Adw.StatusPage({
      iconName: 'dialog-warning-symbolic',
      title: sentence,
      description: next,
      child: details,
    });
  }
}
