// SPDX-License-Identifier: GPL-3.0-or-later

import Adw from 'gi://Adw?version=1';
import Gdk from 'gi://Gdk?version=4.0';
import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import GObject from 'gi://GObject?version=2.0';
import type Gtk from 'gi://Gtk?version=4.0';
import type { BuildConfig } from '../../core/config.ts';
import { hasCode, toErrorValue, type ErrorValue } from '../../core/errors.ts';
import { everyOffer, findOffer } from '../../core/models/shelf.ts';
import type { Report } from '../../core/ports.ts';
import { isAlive, itemOf } from '../../core/setup/downloads.ts';
import { broughtBy, planTouches, type Plan } from '../../core/setup/plan.ts';
import type { TaskId } from '../../core/setup/tasks.ts';
import type { Hearth } from '../../engine/api.ts';
import { removalDone, windowTitle } from '../../words/app.ts';
import { measureWords } from '../../words/measured.ts';
import { namesFrom, type Names } from '../../words/plan.ts';
import type { PageName, Ui } from '../context.ts';
import { showAbout } from '../dialogs/about.ts';
import { askToClose } from '../dialogs/close-dialog.ts';
import { ErrorDialog } from '../dialogs/error-dialog.ts';
import { showShortcuts } from '../dialogs/shortcuts.ts';
import { MeasureDialog } from '../model/measure-dialog.ts';
import { PlanDialog } from '../plan/plan-dialog.ts';
import { template } from '../resources.ts';
import { AccessKeys } from '../widgets/access-keys.ts';
import { Announcer } from '../widgets/announcer.ts';
import type { Page } from '../widgets/page.ts';
import { makePage } from './pages.ts';
import { Tour } from './tour.ts';

/** The one window: a stack of pages, of which only those that were opened are ever built. */
export class MainWindow extends Adw.ApplicationWindow implements Ui {
  declare private readonly _navigation: Adw.NavigationView;
  declare private readonly _toasts: Adw.ToastOverlay;
  readonly #hearth: Hearth;
  readonly #report: Report;
  readonly #config: BuildConfig;
  readonly #pages = new Map<PageName, Page>();
  readonly #announcer: Announcer;
  readonly #tour: Tour;
  readonly #keys: AccessKeys;
  /** A person agreed that downloads end with the window. */
  #closing = false;

  static {
    GObject.registerClass(
      {
        GTypeName: 'HearthMainWindow',
        Template: template('main-window'),
        InternalChildren: ['navigation', 'toasts'],
      },
      this,
    );
  }

  constructor(
    app: Gtk.Application,
    hearth: Hearth,
    report: Report,
    config: BuildConfig,
    page: PageName | null,
  ) {
    super({ application: app });
    this.#hearth = hearth;
    this.#report = report;
    this.#config = config;
    const { mode } = hearth.state.value;
    this.#tour = new Tour(hearth);
    this.title = windowTitle(mode);
    if (config.profile === 'development') this.add_css_class('devel');
    this.#addActions();
    this.#announcer = new Announcer(this, hearth);
    this.#keys = new AccessKeys(this, hearth);
    this.connect('close-request', () => this.#mayStay());
    this._navigation.replace(this.#tour.firstPages(page).map((name) => this.#page(name)));
    const note = (): void => {
      this.#tour.visible(this._navigation.get_visible_page()?.tag ?? '');
      this.#keys.lookAgain();
    };
    this._navigation.connect('notify::visible-page', note);
    note();
  }

  /** Downloads end with the window: that is said first. True keeps the window. */
  #mayStay(): boolean {
    const { downloads } = this.#hearth.state.value;
    if (this.#closing || !downloads.some(isAlive)) {
      this.#announcer.end();
      this.#keys.end();
      // Closed is seen: it is not shown again by itself.
      this.#hearth.firstBoot.dismiss();
      return false;
    }
    if (!(this.visibleDialog instanceof Adw.AlertDialog)) {
      askToClose(this, downloads, () => {
        this.#closing = true;
        this.close();
      });
    }
    return true;
  }

  get hearth(): Hearth {
    return this.#hearth;
  }

  get report(): Report {
    return this.#report;
  }

  get touring(): boolean {
    return this.#tour.on;
  }

  open(name: PageName): void {
    const visible = this._navigation.get_visible_page();
    if (visible?.tag === name) return;
    for (const each of this.#pages.values()) if (each === visible) each.remember();
    const page = this.#page(name);
    if (this.#inStack(name)) this._navigation.pop_to_page(page);
    else this._navigation.push(page);
  }

  next(from: PageName): void {
    const name = this.#tour.after(from);
    if (name === null) this.finishTour();
    else this.open(name);
  }

  finishTour(): void {
    this.#tour.finish();
    // The bars of the first run went into the pages that were built for it.
    this.#pages.clear();
    this._navigation.replace([this.#page('home')]);
  }

  toast(text: string, button?: { readonly label: string; readonly clicked: () => void }): void {
    const toast = new Adw.Toast({ title: text, useMarkup: false });
    if (button !== undefined) {
      toast.buttonLabel = button.label;
      toast.connect('button-clicked', button.clicked);
    }
    this._toasts.add_toast(toast);
  }

  showError(error: ErrorValue, retry?: () => void): void {
    new ErrorDialog(error, retry ?? null).present(this);
  }

  attempt(action: () => Promise<void>, retry?: () => void): void {
    void action().catch((thrown: unknown) => {
      if (hasCode(thrown, 'cancelled')) return;
      const error = toErrorValue(thrown);
      if (error.code === 'unexpected') this.#report(thrown, 'window');
      this.showError(error, retry);
    });
  }

  start(task: TaskId, declined?: () => void): void {
    this.preview(() => this.#hearth.plan(task), declined);
  }

  preview(make: () => Promise<Plan>, declined: () => void = () => {}): void {
    this.attempt(async () => {
      let plan: Plan;
      try {
        plan = await make();
      } catch (thrown) {
        declined();
        throw thrown;
      }
      if (plan.steps.length === 0) return;
      new PlanDialog(this, plan, () => this.#apply(plan), declined).present(this);
    });
  }

  measureModel(modelId: string): void {
    new MeasureDialog(this, modelId).present(this);
  }

  carryOn(make: () => Promise<Plan>): void {
    this.attempt(async () => {
      const plan = await make();
      if (planTouches(plan).cautions.length === 0) this.#apply(plan);
      else
        new PlanDialog(
          this,
          plan,
          () => this.#apply(plan),
          () => {},
        ).present(this);
    });
  }

  names(): Names {
    return namesFrom(everyOffer(this.#hearth.state.value.shelf), GLib.get_home_dir());
  }

  copy(text: string, said: string): void {
    Gdk.Display.get_default()?.get_clipboard().set(text);
    this.toast(said);
  }

  /** Failures of a running plan show where the plan was started, from the state; here only what never started. */
  #apply(plan: Plan): void {
    this.attempt(async () => {
      try {
        await this.#hearth.apply(plan);
      } catch (thrown) {
        const { failures, downloads } = this.#hearth.state.value;
        const item = itemOf(downloads, broughtBy(plan)?.modelId ?? '');
        if (failures[plan.task] === undefined && item?.status !== 'failed') throw thrown;
      }
      this.#offerMeasure(plan);
      const removed = plan.steps.find((step) => step.action.do === 'remove-model');
      if (removed?.action.do === 'remove-model') {
        this.toast(removalDone(this.names().model(removed.action.modelId)));
      }
    });
  }

  /** How fast a model is can only be told once it is here. */
  #offerMeasure({ steps }: Plan): void {
    const arrived = steps
      .map(({ action }) => action)
      .find((action) => action.do === 'download' || action.do === 'import' || action.do === 'import-own');
    if (arrived === undefined) return;
    const { modelId } = arrived;
    const offer = findOffer(this.#hearth.state.value.shelf, modelId);
    if (offer?.installed?.verified !== true || offer.installed.measured) return;
    const toast = new Adw.Toast({
      title: measureWords.offer(offer.entry.name),
      useMarkup: false,
      buttonLabel: measureWords.measure(),
      timeout: 15,
    });
    toast.connect('button-clicked', () => this.measureModel(modelId));
    this._toasts.add_toast(toast);
  }

  #page(name: PageName): Page {
    const existing = this.#pages.get(name);
    if (existing !== undefined) return existing;
    const page = makePage(name, this);
    this.#pages.set(name, page);
    return page;
  }

  #inStack(name: PageName): boolean {
    for (let page = this._navigation.get_visible_page(); page !== null;) {
      if (page.tag === name) return true;
      page = this._navigation.get_previous_page(page);
    }
    return false;
  }

  #addActions(): void {
    const actions: Readonly<Record<string, () => void>> = {
      refresh: () => this.attempt(() => this.#hearth.refresh()),
      journal: () => this.open('journal'),
      about: () => showAbout(this, this.#hearth.state.value, this.#config),
      shortcuts: () => showShortcuts(this),
      'close-window': () => this.close(),
    };
    for (const [name, activate] of Object.entries(actions)) {
      const action = new Gio.SimpleAction({ name });
      action.connect('activate', activate);
      this.add_action(action);
    }
  }
}
