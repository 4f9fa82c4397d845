// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import GObject from 'gi://GObject?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import { planTouches, type Plan, type Step } from '../../core/setup/plan.ts';
import { applyLabel, stepNumber, undoHint } from '../../words/app.ts';
import { actionSentence, planSummary, touchesLines } from '../../words/plan.ts';
import { alone } from '../../words/translate.ts';
import type { Ui } from '../context.ts';
import { template } from '../resources.ts';
import { describe, nameControl } from '../widgets/accessible.ts';
import { DiffView } from './diff-view.ts';

/** The plan before it runs: every step, everything it touches, and the one button that starts it. */
export class PlanDialog extends Adw.Dialog {
  declare private readonly _summary: Gtk.Label;
  declare private readonly _steps: Adw.PreferencesGroup;
  declare private readonly _touches: Adw.PreferencesGroup;
  declare private readonly _applyButton: Gtk.Button;
  readonly #agree: () => void;
  #agreed = false;

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthPlanDialog',
        Template: template('plan-dialog'),
        InternalChildren: ['summary', 'steps', 'touches', 'applyButton'],
      },
      this,
    );
  }

  constructor(ui: Ui, plan: Plan, agree: () => void, declined: () => void) {
    super();
    this.#agree = agree;
    this.connect('closed', () => {
      if (!this.#agreed) declined();
    });
    const names = ui.names();
    this._summary.label = planSummary(plan);
    describe(this, this._summary.label);
    this._applyButton.label = applyLabel(plan);
    const removes = plan.steps.some((step) => step.action.do === 'remove-model');
    this._applyButton.add_css_class(removes ? 'destructive-action' : 'suggested-action');
    this._steps.description = undoHint(plan);
    plan.steps.forEach((step, index) => this._steps.add(this.#stepRow(ui, step, index)));
    for (const { label, value } of touchesLines(planTouches(plan), names)) {
      const row = new Adw.ActionRow({
        title: label,
        subtitle: alone(value),
        useMarkup: false,
        subtitleSelectable: true,
      });
      row.add_css_class('property');
      this._touches.add(row);
    }
  }

  #stepRow(ui: Ui, step: Step, index: number): Gtk.Widget {
    const title = actionSentence(step.action, ui.names());
    const number = new Gtk.Label({ label: stepNumber(index + 1) });
    number.add_css_class('dim-label');
    number.add_css_class('numeric');
    if (step.action.do !== 'write-file') {
      const row = new Adw.ActionRow({ title, useMarkup: false });
      row.add_prefix(number);
      return row;
    }
    const row = new Adw.ExpanderRow({ title, useMarkup: false });
    nameControl(row, title);
    row.add_prefix(number);
    row.add_row(new DiffView(ui, step.action));
    // What becomes of a person's own file is shown without asking for it.
    row.expanded = step.action.owner === 'person' && step.action.before !== null;
    return row;
  }

  protected _onApply(): void {
    this.#agreed = true;
    this.close();
    this.#agree();
  }
}
