prepare() {
  if [ "$stack" = root ]; then need_layer "$1"; return; fi
}
inside() { enter_root "$@"; }
