// SPDX-License-Identifier: GPL-3.0-or-later

// The part of libatspi that the end-to-end tests use to find and drive widgets.

declare module 'gi://Atspi?version=2.0' {
  import type GLib from 'gi://GLib?version=2.0';
  import GObject from 'gi://GObject?version=2.0';

  namespace Atspi {
    /** The numbers behind Atspi.Role; compare `get_role()` with `Atspi.Role.X`. */
    const Role: Readonly<Record<string, number>>;
    const StateType: Readonly<Record<string, number>>;
    const CoordType: { readonly SCREEN: number; readonly WINDOW: number; readonly PARENT: number };

    class Rect {
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    }

    class StateSet extends GObject.Object {
      contains(state: number): boolean;
    }

    class Action extends GObject.Object {
      get_n_actions(): number;
      get_action_name(index: number): string;
      do_action(index: number): boolean;
    }

    class Component extends GObject.Object {
      get_extents(coord_type: number): Rect;
      grab_focus(): boolean;
    }

    class Text extends GObject.Object {
      get_character_count(): number;
      get_text(start: number, end: number): string;
    }

    class EditableText extends GObject.Object {
      set_text_contents(text: string): boolean;
      insert_text(position: number, text: string, length: number): boolean;
    }

    class Value extends GObject.Object {
      get_current_value(): number;
      set_current_value(value: number): boolean;
      get_minimum_value(): number;
      get_maximum_value(): number;
    }

    class Selection extends GObject.Object {
      select_child(index: number): boolean;
      get_n_selected_children(): number;
    }

    class Accessible extends GObject.Object {
      get_name(): string | null;
      get_description(): string | null;
      get_accessible_id(): string | null;
      get_role(): number;
      get_role_name(): string;
      get_process_id(): number;
      get_child_count(): number;
      get_child_at_index(index: number): Accessible | null;
      get_parent(): Accessible | null;
      get_state_set(): StateSet;
      get_attributes(): Record<string, string> | null;
      get_action_iface(): Action | null;
      get_component_iface(): Component | null;
      get_text_iface(): Text | null;
      get_editable_text_iface(): EditableText | null;
      get_value_iface(): Value | null;
      get_selection_iface(): Selection | null;
      clear_cache(): void;
      clear_cache_single(): void;
    }

    class Event {
      readonly type: string;
      readonly source: Accessible;
      readonly detail1: number;
      readonly detail2: number;
      /** What is announced, where that is what it is. */
      readonly any_data: unknown;
    }

    class EventListener extends GObject.Object {
      static new(callback: (event: Event) => void): EventListener;
      register(event_type: string): boolean;
      deregister(event_type: string): boolean;
    }

    function init(): number;
    function exit(): number;
    function get_desktop(index: number): Accessible;
    function get_desktop_count(): number;
    function event_main(): void;
    function event_quit(): void;
    function text_get_text(object: Text, start: number, end: number): string;
    function set_main_context(context: GLib.MainContext): void;
  }

  export default Atspi;
}
