#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# machine.sh FOLDER: a computer with Secure Boot, Fedora's layout and a driver, as files below FOLDER, for the root
# service to work on. Keys, signatures, modules and EFI variables are real ones, made by openssl, objcopy and mokutil.
# akmods, grubby and rpm are simulated by small programs. Beside FOLDER: keys and a module to enrol, block and copy.
set -euo pipefail
root=$1
made=$root.made
export LC_ALL=C
mkdir -p "$made" "$root"/{etc/pki/akmods/{certs,private},proc/sys/kernel/random,sys/firmware/efi/{efivars,mok-variables}} \
  "$root"/{boot/efi/EFI/{BOOT,fedora},usr/bin,var/lib,sys/module}
cd "$root"

printf 'ID=fedora\nVERSION_ID=44\n' >etc/os-release
echo 7.2.12-300.fc44.x86_64 >proc/sys/kernel/osrelease
echo 11111111-1111-4111-8111-111111111111 >proc/sys/kernel/random/boot_id

certificate() { # NAME SUBJECT
  openssl req -new -x509 -nodes -newkey rsa:2048 -sha256 -days 300 -subj "/CN=$2" -outform DER \
    -addext basicConstraints=critical,CA:FALSE -keyout "$made/$1.key" -out "$made/$1.der" 2>/dev/null
  openssl x509 -inform DER -in "$made/$1.der" -out "$made/$1.crt"
  openssl x509 -inform DER -in "$made/$1.der" -noout -fingerprint -sha1 | sed 's/.*=//; s/://g' | tr A-F a-f >"$made/$1.fingerprint"
}
certificate key ember-1234
certificate old ember-old
certificate other stranger

# sign KEY FROM TO: what the kernel's sign-file appends.
sign() {
  openssl cms -sign -binary -noattr -nocerts -md sha256 -in "$2" -outform DER -out "$made/signature" \
    -signer "$made/$1.crt" -inkey "$made/$1.key"
  python3 - "$2" "$made/signature" "$3" <<'PYTHON'
import struct, sys
module, signature = (open(name, 'rb').read() for name in sys.argv[1:3])
open(sys.argv[3], 'wb').write(module + signature + bytes([0, 0, 2, 0, 0, 0, 0, 0]) + struct.pack('>I', len(signature)) + b'~Module signature appended~\n')
PYTHON
}
for kernel in 7.2.12-300.fc44.x86_64 7.2.13-300.fc44.x86_64; do
  mkdir -p "lib/modules/$kernel/extra/nvidia"
  printf 'license=Dual MIT/GPL\0version=610.43.03\0vermagic=%s SMP\0name=nvidia\0' "$kernel" >"$made/description"
  objcopy -I binary -O elf64-x86-64 --rename-section .data=.modinfo "$made/description" "$made/$kernel.ko"
done
sign key "$made/7.2.12-300.fc44.x86_64.ko" "$made/signed.ko"
sign other "$made/7.2.12-300.fc44.x86_64.ko" "$made/foreign.ko"
xz --check=crc32 -k "$made/signed.ko" -c >lib/modules/7.2.12-300.fc44.x86_64/extra/nvidia/nvidia.ko.xz
sign key "$made/7.2.13-300.fc44.x86_64.ko" "$made/newer.ko"
for kernel in lib/modules/*; do depmod -b "$root" "${kernel##*/}"; done

cp "$made/key.der" etc/pki/akmods/certs/ember-1234.der
cp "$made/key.key" etc/pki/akmods/private/ember-1234.priv
ln -s ember-1234.der etc/pki/akmods/certs/public_key.der
ln -s ember-1234.priv etc/pki/akmods/private/private_key.priv
printf shim >boot/efi/EFI/fedora/shimx64.efi
printf shim >boot/efi/EFI/BOOT/BOOTX64.EFI
printf 'a key manager' >boot/efi/EFI/fedora/mmx64.efi

# Firmware: started through EFI\fedora\shimx64.efi; "old" was enrolled once.
python3 - "$made/old.der" <<'PYTHON'
import struct, sys, uuid
gl, shim = '8be4df61-93ca-11d2-aa0d-00e098032b8c', '605dab50-e046-4300-abb6-3dd810dd8b23'
def put(name, guid, value, attributes=7):
    open(f'sys/firmware/efi/efivars/{name}-{guid}', 'wb').write(struct.pack('<I', attributes) + value)
def option(path):
    text = (path + '\0').encode('utf-16-le')
    nodes = struct.pack('<BBH', 4, 4, 4 + len(text)) + text + bytes([0x7f, 0xff, 4, 0])
    return struct.pack('<IH', 1, len(nodes)) + 'Fedora\0'.encode('utf-16-le') + nodes
put('SecureBoot', gl, b'\1', 6)
put('SetupMode', gl, b'\0', 6)
put('BootCurrent', gl, b'\1\0', 6)
put('Boot0001', gl, option('\\EFI\\fedora\\shimx64.efi'))
put('Boot0002', gl, option('\\EFI\\BOOT\\BOOTX64.EFI'))
der = open(sys.argv[1], 'rb').read()
x509 = uuid.UUID('a5c059a1-94e4-4aa7-87b5-ab155c2bf072').bytes_le
entry = uuid.UUID(shim).bytes_le + der
put('MokListRT', shim, x509 + struct.pack('<III', 28 + len(entry), 0, len(entry)) + entry, 6)
PYTHON

# Simulated: akmods builds nothing, it copies a module that was signed above.
cat >usr/bin/akmods <<'AKMODS'
#!/bin/sh
root=$(cd "$(dirname "$0")/../.." && pwd)
[ "$1 $2 $3" = '--force --rebuild --kernels' ] || exit 1
touch "$root.made/building"
while [ -e "$root.made/slow" ]; do sleep 0.1; done
[ -e "$root.made/broken" ] && echo 'Building rpms failed; see the log' >&2 && exit 1
cp "$root.made/newer.ko" "$root/lib/modules/$4/extra/nvidia/nvidia.ko" && depmod -b "$root" "$4"
AKMODS
# Simulated: the default entry and its arguments are two files.
cat >usr/bin/grubby <<'GRUBBY'
#!/bin/sh
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root/boot" || exit
case $1 in
  --default-kernel) cat default ;;
  --set-default=*) echo "${1#*=}" >default ;;
  --info=DEFAULT) echo "args=\"$(cat arguments)\"" ;;
  --update-kernel=ALL)
    words=${2#*=}
    for word in $words; do sed -i "s# $word##g" arguments; done
    case $2 in --args=*) sed -i "s#\$# $words#" arguments ;; esac ;;
esac
GRUBBY
chmod +x usr/bin/*
echo /boot/vmlinuz-7.2.12-300.fc44.x86_64 >boot/default
echo 'ro quiet' >boot/arguments
