// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import type Gtk from 'gi://Gtk?version=4.0';
import { startLabel } from '../../words/first-boot.ts';
import type { Ui } from '../context.ts';
import { picture, template } from '../resources.ts';
import { Greeting } from '../widgets/greeting.ts';
import { nameMenuItems } from '../widgets/menu-names.ts';
import { Page } from '../widgets/page.ts';

/** Where the first run begins. */
export class WelcomePage extends Page {
  declare private readonly _picture: Gtk.Picture;
  declare private readonly _heading: Gtk.Label;
  declare private readonly _sentence: Gtk.Label;
  declare private readonly _menuButton: Gtk.MenuButton;
  declare private readonly _greeting: Greeting;
  declare private readonly _vendorSentence: Gtk.Label;
  declare private readonly _startButton: Gtk.Button;

  static {
    GObject.type_ensure(Greeting.$gtype);
    GObject.registerClass(
      {
        GTypeName: 'HearthWelcomePage',
        Template: template('welcome-page'),
        InternalChildren: [
          'heading',
          'sentence',
          'picture',
          'menuButton',
          'greeting',
          'vendorSentence',
          'startButton',
        ],
      },
      this,
    );
  }

  constructor(ui: Ui) {
    super(ui, 'welcome');
    this.sayFirst(...this._greeting.labels, this._heading, this._sentence);
    nameMenuItems(this._menuButton);
    const { welcome } = ui.hearth.state.value.vendor;
    this._vendorSentence.label = welcome ?? '';
    this._vendorSentence.visible = welcome !== null;
    this.watch(
      (state) => state,
      (state) => {
        this._greeting.render(state, ui.hearth);
        this._startButton.label = startLabel(state);
      },
    );
    const style = Adw.StyleManager.get_default();
    const show = (): void => this._picture.set_resource(picture(style.dark ? 'welcome-dark' : 'welcome'));
    show();
    const handler = style.connect('notify::dark', show);
    this.connect('destroy', () => style.disconnect(handler));
  }

  protected _onStart(): void {
    this.ui.next('welcome');
  }

  protected _onSkipAll(): void {
    this.ui.finishTour();
  }
}
