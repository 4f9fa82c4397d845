// SPDX-License-Identifier: GPL-3.0-or-later
//
// Stands in for the desktop's settings portal, so that a window in a headless session has the fonts, colours and text
// size of a real desktop. Run with `gjs -m` on a session bus; started by the bus itself in tests/support/a11y-session.sh.
// First values may be given in HEARTH_PORTAL as JSON, {"namespace/key": value}. Set(namespace, key, json) on the interface
// io.github.hearthdesktop.TestPortal changes one live, as if somebody had moved a switch in Settings.

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

const appearance = 'org.freedesktop.appearance';
const interfaceKeys = 'org.gnome.desktop.interface';
const accessibility = 'org.gnome.desktop.a11y.interface';

/** namespace → key → [type, value]; what GTK 4 and libadwaita ask for. */
const settings = {
  [appearance]: {
    'color-scheme': ['u', 0],
    contrast: ['u', 0],
    'reduced-motion': ['u', 0],
    'accent-color': ['(ddd)', [0.207, 0.517, 0.894]],
  },
  [interfaceKeys]: {
    'font-name': ['s', 'Adwaita Sans 11'],
    'document-font-name': ['s', 'Adwaita Sans 11'],
    'monospace-font-name': ['s', 'Noto Mono 11'],
    'icon-theme': ['s', 'Adwaita'],
    'cursor-theme': ['s', 'Adwaita'],
    'cursor-size': ['i', 24],
    'gtk-theme': ['s', 'Adwaita'],
    'text-scaling-factor': ['d', 1],
    'enable-animations': ['b', false],
    'color-scheme': ['s', 'default'],
    'accent-color': ['s', 'blue'],
    'font-antialiasing': ['s', 'grayscale'],
    'font-hinting': ['s', 'slight'],
    'font-rgba-order': ['s', 'rgb'],
    'gtk-enable-primary-paste': ['b', true],
    'overlay-scrolling': ['b', true],
    'cursor-blink': ['b', false],
  },
  [accessibility]: { 'high-contrast': ['b', false], 'show-status-shapes': ['b', false] },
  'org.gnome.desktop.wm.preferences': { 'button-layout': ['s', 'appmenu:close'] },
};

const introspection = `<node>
  <interface name="org.freedesktop.portal.Settings">
    <method name="Read"><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="v" direction="out"/></method>
    <method name="ReadOne"><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="v" direction="out"/></method>
    <method name="ReadAll"><arg type="as" direction="in"/><arg type="a{sa{sv}}" direction="out"/></method>
    <signal name="SettingChanged"><arg type="s"/><arg type="s"/><arg type="v"/></signal>
    <property name="version" type="u" access="read"/>
  </interface>
  <interface name="org.freedesktop.portal.Inhibit">
    <method name="CreateMonitor"><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/><arg type="o" direction="out"/></method>
    <property name="version" type="u" access="read"/>
  </interface>
  <interface name="org.freedesktop.host.portal.Registry">
    <method name="Register"><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/></method>
    <property name="version" type="u" access="read"/>
  </interface>
  <interface name="io.github.hearthdesktop.TestPortal">
    <method name="Set"><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/></method>
  </interface>
</node>`;

function variantOf(namespace, key) {
  const entry = settings[namespace]?.[key];
  return entry === undefined ? null : new GLib.Variant(entry[0], entry[1]);
}

function set(namespace, key, value) {
  const entry = settings[namespace]?.[key];
  if (entry === undefined) throw new Error(`no setting ${namespace}/${key}`);
  entry[1] = value;
  // One switch in Settings moves both of these.
  if (namespace === appearance && key === 'contrast')
    settings[accessibility]['high-contrast'][1] = value === 1;
}

function matches(patterns, namespace) {
  return (
    patterns.length === 0 ||
    patterns.some((pattern) =>
      pattern.endsWith('*')
        ? namespace.startsWith(pattern.slice(0, -1))
        : pattern === '' || pattern === namespace,
    )
  );
}

function answer(connection, member, parameters) {
  switch (member) {
    case 'Read':
    case 'ReadOne': {
      const [namespace, key] = parameters.deepUnpack();
      const value = variantOf(namespace, key);
      if (value === null) return null;
      // Read is the older call and answers a variant in a variant; GTK crashes without.
      const inner = member === 'Read' ? new GLib.Variant('v', value) : value;
      return GLib.Variant.new_tuple([new GLib.Variant('v', inner)]);
    }
    case 'ReadAll': {
      const [patterns] = parameters.deepUnpack();
      const all = {};
      for (const [namespace, keys] of Object.entries(settings)) {
        if (!matches(patterns, namespace)) continue;
        all[namespace] = Object.fromEntries(Object.keys(keys).map((key) => [key, variantOf(namespace, key)]));
      }
      return new GLib.Variant('(a{sa{sv}})', [all]);
    }
    case 'CreateMonitor':
      return new GLib.Variant('(o)', ['/org/freedesktop/portal/desktop/request/0']);
    case 'Register':
      return new GLib.Variant('()', []);
    case 'Set': {
      const [namespace, key, json] = parameters.deepUnpack();
      set(namespace, key, JSON.parse(json));
      const change = new GLib.Variant('(ssv)', [namespace, key, variantOf(namespace, key)]);
      connection.emit_signal(null, objectPath, 'org.freedesktop.portal.Settings', 'SettingChanged', change);
      return new GLib.Variant('()', []);
    }
    default:
      return null;
  }
}

const objectPath = '/org/freedesktop/portal/desktop';

for (const [name, value] of Object.entries(JSON.parse(GLib.getenv('HEARTH_PORTAL') ?? '{}'))) {
  const slash = name.indexOf('/');
  set(name.slice(0, slash), name.slice(slash + 1), value);
}

function onBus(connection) {
  for (const info of Gio.DBusNodeInfo.new_for_xml(introspection).interfaces) {
    connection.register_object(
      objectPath,
      info,
      (bus, sender, path, name, member, parameters, invocation) => {
        const result = answer(bus, member, parameters);
        if (result !== null) invocation.return_value(result);
        else
          invocation.return_dbus_error('org.freedesktop.portal.Error.NotFound', `${member}: no such setting`);
      },
      () => new GLib.Variant('u', 2),
      null,
    );
  }
}

Gio.bus_own_name(
  Gio.BusType.SESSION,
  'org.freedesktop.portal.Desktop',
  Gio.BusNameOwnerFlags.NONE,
  onBus,
  null,
  null,
);
new GLib.MainLoop(null, false).run();
