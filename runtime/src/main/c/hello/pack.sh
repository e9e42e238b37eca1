#!/bin/sh
# pack.sh PROGRAM ARCHIVE: makes an OCI image archive of one static program.
#
# The same program gives the same bytes: names sorted, times and owners fixed.
set -eu
program=$1 archive=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

same_tar() { # DIR ARCHIVE NAMES...
  directory=$1 out=$2; shift 2
  tar --create --file "$out" --directory "$directory" --format=ustar --sort=name --mtime=@0 \
    --owner=0 --group=0 --numeric-owner "$@"
}

digest() { sha256sum "$1" | cut -d ' ' -f 1; }

# put FILE: moves it into the blobs; says its digest and size as JSON members.
put() {
  hex=$(digest "$1") size=$(stat -c %s "$1")
  mv "$1" "$work/image/blobs/sha256/$hex"
  echo "\"digest\":\"sha256:$hex\",\"size\":$size"
}

case $(uname -m) in
  x86_64) architecture=amd64 ;;
  aarch64) architecture=arm64 ;;
  *) architecture=$(uname -m) ;;
esac

mkdir -p "$work/root/bin" "$work/root/etc" "$work/root/tmp" "$work/image/blobs/sha256"
cp "$program" "$work/root/bin/hello"
chmod 0755 "$work/root" "$work/root/bin" "$work/root/etc" "$work/root/bin/hello"
chmod 1777 "$work/root/tmp"
printf 'root:x:0:0:root:/:/bin/hello\nnobody:x:65534:65534:nobody:/:/bin/hello\n' >"$work/root/etc/passwd"
printf 'root:x:0:\nnobody:x:65534:\n' >"$work/root/etc/group"
chmod 0644 "$work/root/etc/passwd" "$work/root/etc/group"

same_tar "$work/root" "$work/layer.tar" bin etc tmp
diff=$(digest "$work/layer.tar")
layer=$(put "$work/layer.tar")

printf '%s' "{\"architecture\":\"$architecture\",\"os\":\"linux\",\"config\":{\"Entrypoint\":[\"/bin/hello\"],\
\"Env\":[\"PATH=/bin\"],\"WorkingDir\":\"/\"},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:$diff\"]}}" \
  >"$work/config"
config=$(put "$work/config")

printf '%s' "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\
\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",$config},\
\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\",$layer}]}" >"$work/manifest"
manifest=$(put "$work/manifest")

printf '%s' "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\
\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",$manifest,\
\"platform\":{\"architecture\":\"$architecture\",\"os\":\"linux\"}}]}" >"$work/image/index.json"
printf '{"imageLayoutVersion":"1.0.0"}' >"$work/image/oci-layout"

same_tar "$work/image" "$archive" oci-layout index.json blobs
