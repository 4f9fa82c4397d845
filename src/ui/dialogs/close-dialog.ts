// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import type Gtk from 'gi://Gtk?version=4.0';
import type { DownloadItem } from '../../core/setup/downloads.ts';
import { downloadWords } from '../../words/downloads.ts';
import { sumOf } from '../../core/setup/downloads.ts';

/** Downloads end with the window: says so, and what becomes of them. */
export function askToClose(
  parent: Gtk.Widget,
  downloads: readonly DownloadItem[],
  onClose: () => void,
): void {
  const dialog = new Adw.AlertDialog({
    heading: downloadWords.closeTitle(sumOf(downloads).count),
    body: downloadWords.closeBody(downloads),
    closeResponse: 'stay',
    defaultResponse: 'stay',
  });
  dialog.add_response('stay', downloadWords.keepOpen());
  dialog.add_response('close', downloadWords.pauseAndClose());
  dialog.connect('response', (_dialog: Adw.AlertDialog, response: string) => {
    if (response === 'close') onClose();
  });
  dialog.present(parent);
}
