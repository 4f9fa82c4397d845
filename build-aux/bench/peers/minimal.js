// SPDX-License-Identifier: GPL-3.0-or-later

// minimal.c in GJS, line by line.

import Adw from 'gi://Adw?version=1';
import system from 'system';

const app = new Adw.Application({ application_id: 'io.github.hearthdesktop.MinimalJs' });
app.connect('activate', () => {
  const page = new Adw.StatusPage({
    title: 'Minimal',
    icon_name: 'computer-symbolic',
    description: 'A window in JavaScript',
  });
  const content = new Adw.ToolbarView({ content: page });
  content.add_top_bar(new Adw.HeaderBar());
  new Adw.ApplicationWindow({ application: app, content, default_width: 800, default_height: 600 }).present();
});
system.exit(await app.runAsync([]));
