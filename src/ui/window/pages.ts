// SPDX-License-Identifier: GPL-3.0-or-later

import type { PageName, Ui } from '../context.ts';
import { ComputerPage } from '../computer/computer-page.ts';
import { DriverPage } from '../driver/driver-page.ts';
import { HomePage } from '../home/home-page.ts';
import { KeyPage } from '../key/key-page.ts';
import { JournalPage } from '../journal/journal-page.ts';
import { LedgerPage } from '../ledger/ledger-page.ts';
import { ModelPage } from '../model/model-page.ts';
import { ProofPage } from '../proof/proof-page.ts';
import { SummaryPage } from '../summary/summary-page.ts';
import { ToolsPage } from '../tools/tools-page.ts';
import { TryPage } from '../try/try-page.ts';
import { WelcomePage } from '../welcome/welcome-page.ts';
import type { Page } from '../widgets/page.ts';

/** Builds a page. Classes are registered with the program, widgets are made only here, when a page is opened. */
export function makePage(name: PageName, ui: Ui): Page {
  switch (name) {
    case 'welcome':
      return new WelcomePage(ui);
    case 'home':
      return new HomePage(ui);
    case 'computer':
      return new ComputerPage(ui);
    case 'driver':
      return new DriverPage(ui);
    case 'model':
      return new ModelPage(ui);
    case 'try':
      return new TryPage(ui);
    case 'tools':
      return new ToolsPage(ui);
    case 'summary':
      return new SummaryPage(ui);
    case 'journal':
      return new JournalPage(ui);
    case 'proof':
      return new ProofPage(ui);
    case 'ledger':
      return new LedgerPage(ui);
    case 'key':
      return new KeyPage(ui, 'enrol');
    case 'key-removal':
      return new KeyPage(ui, 'delete');
  }
}
