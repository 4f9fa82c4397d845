// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import type { Vendor } from '../../core/vendor/types.ts';
import { vendorNotices, vendorWords } from '../../words/vendor.ts';
import { template } from '../resources.ts';

/** What a distributor or an administrator decided, and what of it cannot be used. */
export class VendorGroup extends Adw.PreferencesGroup {
  declare private readonly _unusableRow: Adw.ActionRow;
  declare private readonly _managedRow: Adw.ActionRow;
  declare private readonly _helpRow: Adw.ActionRow;
  #help: string | null = null;

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthVendorGroup',
        Template: template('vendor-group'),
        InternalChildren: ['unusableRow', 'managedRow', 'helpRow'],
      },
      this,
    );
  }

  render(vendor: Vendor): void {
    const notices = vendorNotices(vendor);
    const rows = { problem: this._unusableRow, managed: this._managedRow } as const;
    for (const tone of ['problem', 'managed'] as const) {
      const notice = notices.find((each) => each.tone === tone);
      rows[tone].visible = notice !== undefined;
      rows[tone].title = notice?.label ?? '';
      rows[tone].subtitle = notice?.value ?? '';
    }
    this.#help = vendor.help;
    this._helpRow.visible = vendor.help !== null;
    this._helpRow.subtitle = vendor.help === null ? '' : vendorWords.helpFrom(vendor.help);
    this.description = vendor.welcome ?? '';
    this.visible = notices.length > 0 || vendor.help !== null || vendor.welcome !== null;
  }

  protected _onHelp(): void {
    if (this.#help === null) return;
    const parent = this.get_root();
    new Gtk.UriLauncher({ uri: this.#help }).launch(parent instanceof Gtk.Window ? parent : null, null, null);
  }
}
