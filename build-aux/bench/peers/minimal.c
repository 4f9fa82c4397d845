// SPDX-License-Identifier: GPL-3.0-or-later

// The least that a libadwaita program does: one window with a header bar and a page of text.

#include <adwaita.h>

static void activate(GApplication *app) {
  GtkWidget *window = adw_application_window_new(GTK_APPLICATION(app));
  GtkWidget *view = adw_toolbar_view_new();
  GtkWidget *page = adw_status_page_new();
  adw_status_page_set_title(ADW_STATUS_PAGE(page), "Minimal");
  adw_status_page_set_icon_name(ADW_STATUS_PAGE(page), "computer-symbolic");
  adw_status_page_set_description(ADW_STATUS_PAGE(page), "A window in C");
  adw_toolbar_view_add_top_bar(ADW_TOOLBAR_VIEW(view), adw_header_bar_new());
  adw_toolbar_view_set_content(ADW_TOOLBAR_VIEW(view), page);
  adw_application_window_set_content(ADW_APPLICATION_WINDOW(window), view);
  gtk_window_set_default_size(GTK_WINDOW(window), 800, 600);
  gtk_window_present(GTK_WINDOW(window));
}

int main(int argc, char **argv) {
  AdwApplication *app = adw_application_new("io.github.hearthdesktop.MinimalC", G_APPLICATION_DEFAULT_FLAGS);
  g_signal_connect(app, "activate", G_CALLBACK(activate), NULL);
  return g_application_run(G_APPLICATION(app), argc, argv);
}
