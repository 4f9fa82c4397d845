// SPDX-License-Identifier: GPL-3.0-or-later

import Gsk from 'gi://Gsk?version=4.0';
import Gtk from 'gi://Gtk?version=4.0';

export interface Sharpness {
  /** Pixels of the screen for a pixel of the desktop. */
  readonly scale: number;
  /** Pictures with fewer pixels than they take on the screen: '360×180 for 960×480'. */
  readonly blurry: readonly string[];
  /** How many pictures were looked at. */
  readonly pictures: number;
  /** How many lines of text, and shapes that are drawn anew at any scale: icons too, since GTK 4.22. */
  readonly shapes: number;
}

/** Looks at all that a window draws: what is drawn from lines and letters is sharp, what is a picture must have its pixels. */
export function sharpness(window: Gtk.Window): Sharpness {
  const scale = window.get_surface()?.get_scale() ?? 1;
  const snapshot = new Gtk.Snapshot();
  new Gtk.WidgetPaintable({ widget: window }).snapshot(snapshot, window.get_width(), window.get_height());
  const blurry = new Set<string>();
  let [pictures, shapes] = [0, 0];
  const anew = [Gsk.TextNode, Gsk.FillNode, Gsk.StrokeNode];
  const visit = (node: Gsk.RenderNode | null, zoom: number): void => {
    if (anew.some((kind) => node instanceof kind)) shapes += 1;
    if (node instanceof Gsk.TextureNode || node instanceof Gsk.TextureScaleNode) {
      pictures += 1;
      const [texture, { size }] = [node.get_texture(), node.get_bounds()];
      const [wide, high] = [size.width * zoom, size.height * zoom];
      // Half a pixel is lost where one begins between two.
      if (texture.width < wide - 0.5 || texture.height < high - 0.5)
        blurry.add(`${texture.width}×${texture.height} for ${Math.round(wide)}×${Math.round(high)}`);
    } else if (node instanceof Gsk.TransformNode)
      visit(node.get_child(), zoom * factor(node.get_transform()));
    else for (const part of parts(node)) visit(part, zoom);
  };
  visit(snapshot.to_node(), scale);
  return { scale, blurry: [...blurry], pictures, shapes };
}

function factor(transform: Gsk.Transform): number {
  if (transform.get_category() < Gsk.TransformCategory['2D_AFFINE']) return 1;
  const [across, down] = transform.to_affine();
  return Math.max(Math.abs(across), Math.abs(down));
}

function parts(node: Gsk.RenderNode | null): readonly Gsk.RenderNode[] {
  if (node instanceof Gsk.ContainerNode)
    return Array.from({ length: node.get_n_children() }, (_each, at) => node.get_child(at));
  if (node instanceof Gsk.MaskNode) return [node.get_source(), node.get_mask()];
  if (node instanceof Gsk.BlendNode) return [node.get_bottom_child(), node.get_top_child()];
  if (node instanceof Gsk.CrossFadeNode) return [node.get_start_child(), node.get_end_child()];
  const wrapped = [
    Gsk.OpacityNode,
    Gsk.ColorMatrixNode,
    Gsk.RepeatNode,
    Gsk.ClipNode,
    Gsk.RoundedClipNode,
    Gsk.ShadowNode,
    Gsk.BlurNode,
    Gsk.DebugNode,
    Gsk.FillNode,
    Gsk.StrokeNode,
    Gsk.SubsurfaceNode,
  ];
  for (const kind of wrapped) if (node instanceof kind) return [node.get_child()];
  return [];
}
