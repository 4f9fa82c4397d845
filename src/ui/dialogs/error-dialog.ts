// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import type { ErrorValue } from '../../core/errors.ts';
import { copied } from '../../words/app.ts';
import { errorDetails, errorWords } from '../../words/errors.ts';
import { withoutHomes } from '../../words/redact.ts';
import { stated } from '../../words/joined.ts';
import { template } from '../resources.ts';
import { describe } from '../widgets/accessible.ts';

/** What happened, what to do, and everything that is known about it to be copied. */
export class ErrorDialog extends Adw.Dialog {
  declare private readonly _header: Adw.HeaderBar;
  declare private readonly _heading: Gtk.Label;
  declare private readonly _sentence: Gtk.Label;
  declare private readonly _details: Gtk.Label;
  declare private readonly _detailsRow: Adw.ExpanderRow;
  declare private readonly _retryButton: Gtk.Button;
  declare private readonly _closeButton: Gtk.Button;
  declare private readonly _copyButton: Gtk.Button;
  readonly #error: ErrorValue;
  readonly #retry: (() => void) | null;

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthErrorDialog',
        Template: template('error-dialog'),
        InternalChildren: [
          'header',
          'heading',
          'sentence',
          'details',
          'detailsRow',
          'retryButton',
          'closeButton',
          'copyButton',
        ],
      },
      this,
    );
  }

  constructor(error: ErrorValue, retry: (() => void) | null) {
    super();
    this.#error = error;
    this.#retry = retry;
    const { sentence, next } = errorWords(error);
    this._heading.label = sentence;
    this._sentence.label = next;
    describe(this, stated(sentence, next));
    this._details.label = errorDetails(error);
    this._retryButton.visible = retry !== null;
    this._closeButton.visible = retry === null;
    // One way to close is enough.
    this._header.showStartTitleButtons = retry !== null;
    this._header.showEndTitleButtons = retry !== null;
    // What a person does next, and not what a report needs: Enter goes on.
    const wayOn = retry === null ? this._closeButton : this._retryButton;
    this.focusWidget = wayOn;
    this.defaultWidget = wayOn;
    this._detailsRow.expanded = error.code === 'unexpected';
  }

  protected _onCopy(): void {
    const { sentence, next } = errorWords(this.#error);
    const text = [sentence, next, '', errorDetails(this.#error)].join('\n');
    this.get_clipboard().set(withoutHomes(text));
    // Still to be pressed: what cannot be any more would lose the focus.
    this._copyButton.label = copied();
    this.announce(copied(), Gtk.AccessibleAnnouncementPriority.MEDIUM);
  }

  protected _onClose(): void {
    this.close();
  }

  protected _onRetry(): void {
    this.close();
    this.#retry?.();
  }
}
