// SPDX-License-Identifier: GPL-3.0-or-later

import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import { template } from '../resources.ts';

/** Skip or Continue at the end of a page of the first run. Back is where it always is, in the header bar. */
export class TourBar extends Gtk.Box {
  declare private readonly _skipButton: Gtk.Button;
  declare private readonly _continueButton: Gtk.Button;
  readonly #next: () => void;

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthTourBar',
        Template: template('tour-bar'),
        InternalChildren: ['skipButton', 'continueButton'],
      },
      this,
    );
  }

  constructor(next: () => void) {
    super();
    this.#next = next;
    this.setComplete(false);
  }

  setComplete(complete: boolean): void {
    // Focus must not be lost with the button that had it.
    const focused = this._skipButton.has_focus || this._continueButton.has_focus;
    this._skipButton.visible = !complete;
    this._continueButton.visible = complete;
    if (focused) (complete ? this._continueButton : this._skipButton).grab_focus();
  }

  protected _onNext(): void {
    this.#next();
  }
}
