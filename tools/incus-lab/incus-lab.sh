#!/usr/bin/env bash
# incus-lab.sh - run N real, un-clustered Incus 7.x daemons on this one machine.
#
#   incus-lab.sh up N [--cert FILE [--key FILE]] [--no-os] [--os-cmd 'CMD'] [--name PREFIX] [--ovn]
#   incus-lab.sh status            JSON (also what `up` prints last)
#   incus-lab.sh down [--purge]    stop and remove the members (--purge: the cached root too)
#   incus-lab.sh reset N [...]     down + up: factory-new daemons, cached root kept
#   incus-lab.sh kill I            SIGKILL the daemon of member I (its instances keep running)
#   incus-lab.sh stop I            SIGTERM it and wait
#   incus-lab.sh start I           start it again on the same state
#   incus-lab.sh crash I           kill the whole member (namespace init): a power cut
#   incus-lab.sh cut I | heal I    take the member's network link down / up
#   incus-lab.sh exec I CMD...     run CMD inside member I
#   incus-lab.sh image FILE        write a 0.9 MB container image (busybox) for POST /1.0/images
#   incus-lab.sh rootfs            only fetch and unpack the root
#   incus-lab.sh net               only make the bridge, so that a daemon can listen on NET.1 before `up`
#
# Each member = its own network, pid, mount, uts, ipc and cgroup namespace on a shared
# read-only Debian root (overlayfs), so every daemon sees the stock paths: /var/lib/incus,
# /run/incus-os/unix.socket. Address 10.231.77.(10+I):8443 on a bridge with no uplink,
# no NAT and no default route. Needs root, apt, dpkg-deb, iproute2, util-linux, curl,
# and openssl.
#
# --os-cmd: the command that serves the IncusOS API of one member on $INCUS_OS_SOCKET (also
# set: INCUS_OS_NAME, INCUS_OS_ADDRESS, INCUS_OS_MEMBER, INCUS_OS_LAB, INCUS_OS_LAB_SCRIPT); the
# default is the IncusOS half of our simulator; "none" leaves the socket to you. --ovn: OVN databases
# in the members (northbound tcp:ADDRESS-OF-1:6641) so that OVN networks, peers, forwards and
# load balancers can be created; they carry no traffic.
#
# Nothing is installed on the host: packages are only downloaded and unpacked into
# $INCUS_LAB_DIR, and apt is told its dpkg is /bin/false.
set -Eeuo pipefail
export LC_ALL=C
trap 'printf "incus-lab: failed at line %s: %s\n" "$LINENO" "$BASH_COMMAND" >&2' ERR
umask 022

HERE=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
LAB=${INCUS_LAB_DIR:-${TMPDIR:-/tmp}/incus-lab.d}          # state; delete-safe
CACHE=${INCUS_LAB_CACHE:-$LAB/cache}            # unpacked root and .debs
ID=${INCUS_LAB_ID:-ilab}                        # prefix of interfaces and netns (<= 8 chars)
NET=${INCUS_LAB_NET:-10.231.77}                 # first three octets of a /24
PORT=${INCUS_LAB_PORT:-8443}
SUITE=${INCUS_LAB_SUITE:-trixie}
BPO=${INCUS_LAB_BACKPORTS:-trixie-backports}
KEYRING=${INCUS_LAB_KEYRING:-/usr/share/keyrings/debian-archive-keyring.gpg}
NAME=${INCUS_LAB_NAME:-server}
CERT=${INCUS_LAB_CERT:-}
KEY=${INCUS_LAB_KEY:-}                          # only reported by status
OS=${INCUS_LAB_OS:-1}
OSCMD=${INCUS_LAB_OS_CMD:-}
OVN=${INCUS_LAB_OVN:-0}
VERBOSE=${INCUS_LAB_VERBOSE:-}
BR=${ID}br
ROOT=$CACHE/root

say() { printf '%s %s\n' "$(date +%T)" "$*" >&2; }
die() { printf 'incus-lab: %s\n' "$*" >&2; exit 1; }
need() { local c; for c; do command -v "$c" >/dev/null || die "needs $c"; done; }
mdir() { printf '%s/m/%s' "$LAB" "$1"; }
members() { [ -d "$LAB/m" ] && ls "$LAB/m" | sort -n || true; }
memberarg() { [[ ${1:-} =~ ^[0-9]+$ ]] && [ -d "$(mdir "$1")" ] || die "no member '${1:-}'"; }
fingerprint() { openssl x509 -in "$1" -noout -fingerprint -sha256 | cut -d= -f2 | tr -d : | tr A-F a-f; }
jstr() { local s=$1; s=${s//\\/\\\\}; s=${s//\"/\\\"}; s=${s//$'\n'/\\n}; printf '"%s"' "$s"; }

# ---------------------------------------------------------------- processes
# A pid file holds "PID STARTTIME"; a pid is ours only if both still match.
starttime() { local s; s=$(cat "/proc/$1/stat" 2>/dev/null) || return 1; s=${s##*) }; set -- $s; printf '%s' "${20}"; }
pidwrite() { printf '%s %s\n' "$2" "$(starttime "$2")" > "$1"; }
pidlive() { # file -> prints pid when alive and ours
  local p t; [ -s "$1" ] || return 1; read -r p t < "$1"
  [ -n "$t" ] && [ "$(starttime "$p" || true)" = "$t" ] || return 1
  [[ $(awk '/^State:/{print $2}' "/proc/$p/status" 2>/dev/null) != Z ]] || return 1
  printf '%s' "$p"; }
pidend() { # file signal timeout_tenths
  local p i; p=$(pidlive "$1") || { rm -f "$1"; return 0; }
  kill "-$2" "$p" 2>/dev/null || true
  for ((i = 0; i < $3; i++)); do pidlive "$1" >/dev/null || { rm -f "$1"; return 0; }; sleep 0.1; done
  return 1; }

# ---------------------------------------------------------------- root file system
# Not needed by a daemon that serves containers: dropped to keep the root small and quick.
DROP='skopeo|containernetworking-plugins|golang-github-containers-.*|gnupg.*|gpg.*|dirmngr|pinentry-.*|iptables|libip[46]tc2|libldap2|libsasl2.*|libksba8|libgpgme11t64|libassuan9|libnpth0t64|lxcfs|libfuse3-4|fuse3|adduser|debconf|libdebconfclient0|openssl-provider-legacy|init-system-helpers|runit-helper|debianutils|readline-common|libpam-runtime'
WANT=(systemd-standalone-sysusers dnsmasq-base iproute2 nftables busybox-static bash coreutils
  util-linux mount sed grep mawk tar gzip zstd base-files base-passwd passwd libc-bin dash findutils
  attr acl xz-utils squashfs-tools squashfs-tools-ng btrfs-progs tini hostname ca-certificates kmod- systemd-)
# For --ovn; taken by name, without the init scripts' dependencies.
WANTOVN=(openvswitch-common openvswitch-switch ovn-common ovn-central libunbound8 libevent-2.1-7t64 libnuma1 libxdp1)

rootfs() {
  [ -e "$ROOT/.complete" ] && return 0
  need apt-get dpkg-deb xargs tar
  exec 8> "$CACHE/lock"; flock 8; [ ! -e "$ROOT/.complete" ] || { exec 8>&-; return 0; }
  [ -r "$KEYRING" ] || die "needs $KEYRING (package debian-archive-keyring)"
  # The machine's own Debian mirror, read from its apt sources: asked only here, because it takes a third of a second.
  local MIRROR=${INCUS_LAB_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -v security | head -n 1)}
  local a=$CACHE/apt t0=$SECONDS list
  rm -rf --one-file-system "$a" "$ROOT.new"
  mkdir -p "$a"/{etc/preferences.d,etc/apt.conf.d,lists/partial,cache/archives/partial,debs} "$ROOT.new"
  : > "$a/status"
  cat > "$a/etc/lab.sources" <<EOF
Types: deb
URIs: $MIRROR
Suites: $SUITE $BPO
Components: main
Signed-By: $KEYRING
EOF
  # An apt of its own: own sources, lists, cache and an empty status, and no dpkg at all.
  cat > "$a/apt.conf" <<EOF
Dir::Etc "$a/etc";
Dir::Etc::main "/dev/null"; Dir::Etc::parts "$a/etc/apt.conf.d";
Dir::Etc::sourcelist "$a/etc/lab.sources"; Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "$a/etc/preferences.d";
Dir::State "$a"; Dir::State::status "$a/status"; Dir::State::lists "$a/lists";
Dir::Cache "$a/cache"; Dir::Log "$a/log";
Dir::Bin::dpkg "/bin/false";
APT::Architecture "amd64"; APT::Architectures { "amd64"; };
APT::Install-Recommends "false"; APT::Sandbox::User "root";
Acquire::Check-Valid-Until "false"; Acquire::Check-Date "false"; Acquire::Languages "none";
Acquire::Retries "3"; Debug::NoLocking "true";
EOF
  say "root: apt-get update ($SUITE, $BPO)"
  APT_CONFIG=$a/apt.conf apt-get -qq update >&2
  list=$(APT_CONFIG=$a/apt.conf apt-get -s install "incus-base/$BPO" "incus-client/$BPO" "${WANT[@]}" 2>"$a/sim.err" |
    sed -nE 's/^Inst (\S+) (\[[^]]*\] )?\((\S+) .*/\1=\3/p' | grep -vE "^($DROP)=") || { cat "$a/sim.err" >&2; die "apt found no way to install incus-base from $BPO"; }
  say "root: $(wc -l <<< "$list") packages, $(grep ^incus-base= <<< "$list")"
  (cd "$a/debs" && APT_CONFIG=$a/apt.conf apt-get -qq download $list "${WANTOVN[@]}" >&2)
  say "root: unpacking"
  dpkg-deb -x "$a"/debs/base-files_*.deb "$ROOT.new"     # first: it brings the /usr-merge links
  find "$a/debs" -name '*.deb' ! -name 'base-files_*' -print0 | ROOTNEW=$ROOT.new xargs -0 -P"$(nproc)" -n8 sh -ec '
    for d; do dpkg-deb --fsys-tarfile "$d" | tar -xf - -C "$ROOTNEW" --keep-directory-symlink \
      --exclude=./usr/share/doc --exclude=./usr/share/man --exclude=./usr/share/locale; done' x
  # What the maintainer scripts would have done, as far as the daemon cares.
  local r=$ROOT.new
  cp "$r/usr/share/base-passwd/passwd.master" "$r/etc/passwd"
  cp "$r/usr/share/base-passwd/group.master" "$r/etc/group"
  printf 'incus-admin:x:995:\nincus:x:996:\n' >> "$r/etc/group"
  printf 'dnsmasq:x:997:65534::/:/usr/sbin/nologin\n' >> "$r/etc/passwd"
  printf 'root:1000000:1000000000\n' | tee "$r/etc/subuid" > "$r/etc/subgid"
  printf 'passwd: files\ngroup: files\nhosts: files dns\n' > "$r/etc/nsswitch.conf"
  : > "$r/etc/resolv.conf"; printf 'uninitialized\n' > "$r/etc/machine-id"
  mkdir -p "$r"/{proc,sys,dev,run,tmp,old,var/lib/incus,var/log/incus}
  rm -rf "$r/var/run" "$r/var/lock"; ln -s /run "$r/var/run"; ln -s /run/lock "$r/var/lock"
  chroot "$r" /sbin/ldconfig
  ln -sfn /bin/dash "$r/usr/bin/sh"; ln -sfn mawk "$r/usr/bin/awk"
  # every program incusd may run must find its libraries in what was kept
  chroot "$r" /bin/bash -c 'for f in /usr/libexec/incus/* /usr/bin/{incus,rsync,mksquashfs,unsquashfs,tar2sqfs,sqfs2tar,xz,zstd,tini,dash,nsenter,setfacl,attr,newuidmap,newgidmap,lxc-usernsexec} /usr/sbin/{dnsmasq,nft,ip,mkfs.btrfs,ovsdb-server} /usr/bin/{ovs-vsctl,ovsdb-tool,ovn-nbctl,ovn-northd}; do [ -e "$f" ] && ldd "$f" 2>/dev/null | sed -n "s|^\t\(.*\) => not found|$f needs \1|p"; done; true' > "$a/missing"
  [ ! -s "$a/missing" ] || { cat "$a/missing" >&2; die "the package list is short of a library"; }
  rm -rf --one-file-system "$ROOT" "$a/lists" "$a/cache"
  touch "$r/.complete"; mv "$r" "$ROOT"
  [ -n "${INCUS_LAB_KEEP_DEBS:-}" ] || rm -rf --one-file-system "$a/debs"
  exec 8>&-
  say "root: ready in $((SECONDS - t0)) s, $(du -sh "$ROOT" | cut -f1)"
}

# ---------------------------------------------------------------- network
netup() {
  ip link show "$BR" >/dev/null 2>&1 || {
    ip link add "$BR" type bridge
    sysctl -qw "net.ipv6.conf.$BR.disable_ipv6=1" 2>/dev/null || true
    ip addr add "$NET.1/24" dev "$BR"; ip link set "$BR" up; }
}
memnet() { # i
  local i=$1 ns=$ID$1 h=${ID}h$1
  ip netns list 2>/dev/null | grep -qw "^$ns" || { ip netns add "$ns"; ip -n "$ns" link set lo up; }
  ip -n "$ns" link show eth0 >/dev/null 2>&1 || {
    ip link del "$h" 2>/dev/null || true
    ip link add "$h" type veth peer name eth0 netns "$ns"
    ip -n "$ns" addr add "$NET.$((10 + i))/24" dev eth0; }
  # eth1: no address, same bridge - a parent for physical and macvlan networks
  ip -n "$ns" link show eth1 >/dev/null 2>&1 || {
    ip link del "${h}x" 2>/dev/null || true
    ip link add "${h}x" type veth peer name eth1 netns "$ns"; }
  ip link set "$h" master "$BR" up; ip link set "${h}x" master "$BR" up
  ip -n "$ns" link set eth0 up; ip -n "$ns" link set eth1 up
}

# ---------------------------------------------------------------- cgroup (v2; v1 controllers are left alone)
cgroot() {
  local c; c=$(findmnt -rn -t cgroup2 -o TARGET | head -n1)
  [ -n "$c" ] || { c=$LAB/cg; mkdir -p "$c"; mountpoint -q "$c" || mount -t cgroup2 none "$c"; }
  printf '%s' "$c"
}

# ---------------------------------------------------------------- a member
# Three steps, each a re-run of this script: join the cgroup and the network namespace and make
# the cgroup namespace; move into its init.scope and make the others; then member_init.
member_enter() { # m host cg netns
  echo $$ > "$3/cgroup.procs"
  exec nsenter --net="/run/netns/$4" unshare --cgroup bash "$HERE/incus-lab.sh" __scope "$@"
}
member_scope() { # m host cg netns
  echo $$ > "$3/init.scope/cgroup.procs"
  exec unshare --mount --uts --ipc --pid --fork --kill-child bash "$HERE/incus-lab.sh" __init "$@"
}
# Runs inside the fresh namespaces and becomes the member's init.
member_init() {
  local m=$1 host=$2 cg=$3 r=$1/root
  mount --make-rprivate /
  hostname "$host"
  mkdir -p "$r"
  mount -t overlay overlay -o "lowerdir=$ROOT,upperdir=$m/up,workdir=$m/wk" "$r" 2>/dev/null || {
    # $LAB itself lies on an overlay (a container): keep the few changed files in memory
    mount -t tmpfs tmpfs "$m/wk"; mkdir "$m/wk/up" "$m/wk/wk"
    mount -t overlay overlay -o "lowerdir=$ROOT,upperdir=$m/wk/up,workdir=$m/wk/wk" "$r"; }
  mount -t proc proc "$r/proc"
  mount -t sysfs sysfs "$r/sys"
  mount -t cgroup2 none "$r/sys/fs/cgroup"
  mount --bind /dev "$r/dev"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts "$r/dev/pts"
  mount -t tmpfs -o mode=1777 tmpfs "$r/dev/shm"
  [ ! -d "$r/dev/mqueue" ] || mount -t mqueue mqueue "$r/dev/mqueue" || true
  mount -t tmpfs -o mode=755 tmpfs "$r/run"; mkdir -p "$r/run/lock"
  mount -t tmpfs -o mode=1777 tmpfs "$r/tmp"
  mount --bind "$m/incus" "$r/var/lib/incus"
  mount --bind "$m/log" "$r/var/log/incus"
  if [ -d "$m/incus-os" ]; then
    # The directory, not the socket: a stand-in may restart and bind a new socket in it.
    mkdir -p "$r/run/incus-os" "$r/var/lib/incus-os"
    mount --bind "$m/incus-os" "$r/run/incus-os"
  fi
  printf '%s\n' "$host" > "$r/etc/hostname"
  printf '127.0.0.1 localhost\n127.0.1.1 %s\n::1 localhost\n' "$host" > "$r/etc/hosts"
  [ -s "$m/machine-id" ] || tr -d - < /proc/sys/kernel/random/uuid > "$m/machine-id"
  cp "$m/machine-id" "$r/etc/machine-id"
  sysctl -qw net.ipv4.ip_forward=1 2>/dev/null || true      # of this network namespace only
  # pivot_root, not chroot: a chrooted process may not create user namespaces (instances need them).
  cd "$r"; mkdir -p old; pivot_root . old; umount -l old
  exec < /dev/null > /run/init.log 2>&1
  exec env -i PATH=/usr/sbin:/usr/bin HOME=/root LANG=C.UTF-8 /usr/bin/tini -- /usr/bin/sleep infinity
}

memstart() { # i: namespaces and init; no daemon yet
  local i=$1 m; m=$(mdir "$i")
  pidlive "$m/init.pid" >/dev/null && return 0
  local cg host=$NAME$i p
  cg=$(cgroot)/$ID/$i; mkdir -p "$cg/init.scope"
  mkdir -p "$m"/{up,wk,incus,log,root}; [ "$OS" = 0 ] || mkdir -p "$m/incus-os"
  rm -f "$m/init.pid"
  memnet "$i"
  # cgroup namespace rooted at $cg, the processes themselves in $cg/init.scope
  setsid --fork bash "$HERE/incus-lab.sh" __enter "$m" "$host" "$cg" "$ID$i" < /dev/null > "$m/init.log" 2>&1
  local n
  for ((n = 0; n < 600; n++)); do # a cold disk may need many seconds
    # the init is the process in this cgroup whose command is tini
    for p in $(cat "$cg/init.scope/cgroup.procs" 2>/dev/null); do
      [ "$(cat "/proc/$p/comm" 2>/dev/null)" = tini ] && { pidwrite "$m/init.pid" "$p"; break 2; }
    done; sleep 0.05
  done
  pidlive "$m/init.pid" >/dev/null || { cat "$m/init.log" >&2; die "member $i did not come up"; }
  printf '%s' "$host" > "$m/name"
}

inmember() { # i cmd...: run inside, in the member's cgroup
  local i=$1 m p; m=$(mdir "$i"); shift
  p=$(pidlive "$m/init.pid") || die "member $i is not running"
  CG=$(cgroot)/$ID/$i/init.scope bash -c 'echo $$ > "$CG/cgroup.procs"; unset CG; exec "$@"' x \
    nsenter -t "$p" --mount --uts --ipc --net --pid --cgroup --root --wd \
    env -i PATH=/usr/libexec/incus:/usr/sbin:/usr/bin HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" "$@"
}

daemonstart() { # i
  local i=$1 m p n; m=$(mdir "$i")
  pidlive "$m/incusd.pid" >/dev/null && return 0
  p=$(pidlive "$m/init.pid") || die "member $i is not running"
  rm -f "$m/incusd.pid"
  CG=$(cgroot)/$ID/$i/init.scope setsid --fork bash -c 'echo $$ > "$CG/cgroup.procs"; unset CG; exec "$@"' x \
    nsenter -t "$p" --mount --uts --ipc --net --pid --cgroup --root --wd \
    env -i PATH=/usr/libexec/incus:/usr/sbin:/usr/bin HOME=/root LANG=C.UTF-8 \
    /usr/libexec/incus/incusd --group incus-admin --logfile /var/log/incus/incusd.log ${VERBOSE:+--verbose} \
    < /dev/null >> "$m/log/incusd.out" 2>&1
  for ((n = 0; n < 200; n++)); do
    for p in $(cat "$(cgroot)/$ID/$i/init.scope/cgroup.procs" 2>/dev/null); do
      [ "$(cat "/proc/$p/comm" 2>/dev/null)" = incusd ] &&
        [ "$(tr '\0' ' ' < "/proc/$p/cmdline" 2>/dev/null | cut -d' ' -f2)" = --group ] &&
        { pidwrite "$m/incusd.pid" "$p"; break 2; }
    done; sleep 0.05
  done
  pidlive "$m/incusd.pid" >/dev/null || { tail -5 "$m/log/incusd.out" >&2; die "incusd of member $i did not start"; }
}
api() { # i METHOD PATH [BODY]
  local i=$1; shift
  curl -sS --max-time 60 --unix-socket "$(mdir "$i")/incus/unix.socket" -X "$1" ${3+-d "$3"} "http://incus$2"
}
daemonready() { # i
  local i=$1 n m; m=$(mdir "$i")
  for ((n = 0; n < 600; n++)); do
    [ -S "$m/incus/unix.socket" ] && [ "$(curl -s -o /dev/null -w '%{http_code}' --max-time 5 --unix-socket "$m/incus/unix.socket" http://incus/internal/ready || true)" = 200 ] && return 0
    pidlive "$m/incusd.pid" >/dev/null || { tail -5 "$m/log/incusd.out" >&2; die "incusd of member $i exited"; }
    sleep 0.1
  done; die "member $i not ready after 60 s"
}
memconfig() { # i: listen and trust; only while un-clustered and only what is missing
  local i=$1 m out want=$NET.$((10 + $1)):$PORT; m=$(mdir "$i")
  if [ ! -e "$m/configured" ]; then
    out=$(api "$i" PATCH /1.0 "{\"config\":{\"core.https_address\":\"$want\"}}")
    [[ $out == *'"status_code":200'* ]] || die "member $i: $out"
    touch "$m/configured"
  fi
  local fp b64
  fp=$(fingerprint "$CERT")
  [ "$(curl -s -o /dev/null -w '%{http_code}' --unix-socket "$m/incus/unix.socket" "http://incus/1.0/certificates/$fp")" = 200 ] || {
    b64=$(openssl x509 -in "$CERT" -outform DER | base64 -w0)
    out=$(api "$i" POST /1.0/certificates "{\"type\":\"client\",\"name\":\"incus-lab\",\"certificate\":\"$b64\"}")
    # 409: the IncusOS half registered meanwhile and trusts the same certificate.
    [[ $out == *'"status":"Success"'* || $out == *'"error_code":409'* ]] || die "member $i: $out"; }
}
osstart() { # i: the stand-in IncusOS on the host side of the bind mount
  local i=$1 m p; m=$(mdir "$i")
  [ "$OS" != 0 ] && [ -d "$m/incus-os" ] || return 0
  pidlive "$m/os.pid" >/dev/null && return 0
  [ "$OSCMD" != none ] || return 0
  rm -f "$m/incus-os/unix.socket"
  rm -f "$m/os.raw"
  INCUS_OS_SOCKET=$m/incus-os/unix.socket INCUS_OS_NAME=$NAME$i INCUS_OS_ADDRESS=$NET.$((10 + i)) \
    INCUS_OS_MEMBER=$i INCUS_OS_LAB=$LAB INCUS_OS_LAB_SCRIPT=$HERE/incus-lab.sh \
    INCUS_LAB_DIR=$LAB INCUS_LAB_CACHE=$CACHE INCUS_LAB_ID=$ID INCUS_LAB_NET=$NET \
    setsid --fork bash -c 'echo $$ > "$1"; exec bash -c "exec $2"' x "$m/os.raw" "${OSCMD:-$HERE/../../bin/operations-center-sim os}" \
    < /dev/null > "$m/os.log" 2>&1
  local n; for ((n = 0; n < 400; n++)); do
    [ -s "$m/os.raw" ] && [ -S "$m/incus-os/unix.socket" ] && break; sleep 0.05; done
  [ -s "$m/os.raw" ] && [ -S "$m/incus-os/unix.socket" ] || { cat "$m/os.log" >&2; die "the stand-in IncusOS of member $i did not bind its socket"; }
  pidwrite "$m/os.pid" "$(cat "$m/os.raw")"
}

ovnstart() { # i: databases only - no switch, so nothing is carried
  [ "$OVN" = 1 ] || [ -e "$(mdir "$1")/ovn" ] || return 0
  local i=$1 m; m=$(mdir "$i"); mkdir -p "$m/ovn"
  inmember "$i" /bin/bash -ec '
    i=$1 net=$2
    [ ! -S /run/openvswitch/db.sock ] || exit 0
    mkdir -p /run/openvswitch /run/ovn /var/lib/openvswitch /etc/openvswitch /var/lib/ovn /var/log/openvswitch /var/log/ovn
    [ -e /etc/openvswitch/conf.db ] || ovsdb-tool create /etc/openvswitch/conf.db /usr/share/openvswitch/vswitch.ovsschema
    ovsdb-server /etc/openvswitch/conf.db --remote=punix:/run/openvswitch/db.sock --pidfile --detach --log-file=/dev/null
    ovs-vsctl --no-wait init
    ovs-vsctl --no-wait set open_vswitch . "external_ids:ovn-remote=tcp:$net.11:6642" external_ids:ovn-encap-type=geneve "external_ids:ovn-encap-ip=$net.$((10 + i))" "external_ids:system-id=$(hostname)"
    # An uplink makes incusd ask OVS for a bridge incusovnID and wait for the interface: stand-ins.
    for k in $(seq 1 40); do ip link add "incusovn$k" type bridge; done
    if [ "$i" = 1 ]; then
      for d in nb sb; do
        [ -e /var/lib/ovn/$d.db ] || ovsdb-tool create /var/lib/ovn/$d.db /usr/share/ovn/ovn-$d.ovsschema
        [ $d = nb ] && port=6641 || port=6642
        ovsdb-server /var/lib/ovn/$d.db --remote=punix:/run/ovn/ovn${d}_db.sock --remote=ptcp:$port:0.0.0.0 --pidfile=/run/ovn/$d.pid --unixctl=/run/ovn/$d.ctl --detach --log-file=/dev/null
      done
      ovn-northd --ovnnb-db=unix:/run/ovn/ovnnb_db.sock --ovnsb-db=unix:/run/ovn/ovnsb_db.sock --pidfile=/run/ovn/northd.pid --detach --log-file=/dev/null
    fi' x "$i" "$NET" > "$m/ovn.log" 2>&1 || { tail -5 "$m/ovn.log" >&2; die "the OVN databases of member $i did not start"; }
}

memdown() { # i
  local i=$1 m ns=$ID$1 cg p; m=$(mdir "$i")
  cg=$(cgroot)/$ID/$i
  pidend "$m/os.pid" TERM 20 || pidend "$m/os.pid" KILL 20 || true
  # Killing the namespace's init ends everything in it: daemon, dnsmasq, instances.
  pidend "$m/init.pid" KILL 50 || true
  if [ -d "$cg" ]; then
    [ ! -e "$cg/cgroup.kill" ] || echo 1 > "$cg/cgroup.kill" 2>/dev/null || true
    for p in 1 2 3 4 5 6 7 8 9 10; do
      find "$cg" -depth -type d -exec rmdir {} + 2>/dev/null || true
      [ -d "$cg" ] || break; sleep 0.1; done
  fi
  ip link del "${ID}h$i" 2>/dev/null || true; ip link del "${ID}h${i}x" 2>/dev/null || true
  ip netns list 2>/dev/null | grep -qw "^$ns" && ip netns del "$ns" || true
  rm -rf --one-file-system "$m"
  [ ! -e "$m" ] || die "could not remove $m (still mounted somewhere?)"
}

image() { # a unified image: metadata.yaml and rootfs/ in one tarball; init asks DHCP for eth0
  local out t; out=$(readlink -f "$1"); t=$(mktemp -d); [ -e "$ROOT/.complete" ] || die "no root yet: run up or rootfs first"
  mkdir -p "$t"/rootfs/{bin,sbin,dev,proc,sys,tmp,etc,run,var,root}
  cp "$ROOT/usr/bin/busybox" "$t/rootfs/bin/busybox"
  for a in sh ls cat ps ip udhcpc sleep mount hostname uname kill init echo ping free df; do ln -s busybox "$t/rootfs/bin/$a"; done
  ln -s ../bin/busybox "$t/rootfs/sbin/init"
  printf '::sysinit:/bin/mount -t tmpfs tmpfs /tmp\n::respawn:/bin/udhcpc -f -i eth0 -s /etc/udhcpc.sh\n::respawn:/bin/sleep 100000\n' > "$t/rootfs/etc/inittab"
  cat > "$t/rootfs/etc/udhcpc.sh" <<'EOF'
#!/bin/sh
case $1 in bound|renew)
  ip addr flush dev "$interface"; ip addr add "$ip/${mask:-24}" dev "$interface"
  [ -z "$router" ] || ip route replace default via "$router" ;;
esac
EOF
  chmod 755 "$t/rootfs/etc/udhcpc.sh"
  echo 'root:x:0:0:root:/root:/bin/sh' > "$t/rootfs/etc/passwd"; echo 'root:x:0:' > "$t/rootfs/etc/group"
  printf 'architecture: x86_64\ncreation_date: 1760000000\nproperties: {os: busybox, release: lab, architecture: x86_64, description: busybox lab image}\ntemplates: {}\n' > "$t/metadata.yaml"
  tar -C "$t" --owner=0 --group=0 --numeric-owner --mtime=@1760000000 --sort=name -cJf "$out" metadata.yaml rootfs
  rm -rf --one-file-system "$t"; printf '%s\n' "$out"
}

# ---------------------------------------------------------------- commands
status() {
  local i m first=1 p c
  printf '{"bridge":%s,"gateway":%s,"cert":%s,"key":%s,"members":[' "$(jstr "$BR")" "$(jstr "$NET.1")" \
    "$(jstr "${CERT:-$(cat "$LAB/cert" 2>/dev/null || true)}")" "$(jstr "$(cat "$LAB/key" 2>/dev/null || true)")"
  for i in $(members); do
    m=$(mdir "$i"); [ -e "$m/name" ] || continue
    [ $first = 1 ] || printf ','; first=0
    printf '\n{"index":%s,"name":%s,"url":%s,' "$i" "$(jstr "$(cat "$m/name")")" "$(jstr "https://$NET.$((10 + i)):$PORT")"
    printf '"unix":%s,"osSocket":%s,"netns":%s,' "$(jstr "$m/incus/unix.socket")" \
      "$([ -d "$m/incus-os" ] && jstr "$m/incus-os/unix.socket" || printf null)" "$(jstr "$ID$i")"
    p=$(pidlive "$m/init.pid") && printf '"init":%s,' "$p" || printf '"init":null,'
    p=$(pidlive "$m/incusd.pid") && printf '"incusd":%s,"rssKiB":%s,' "$p" "$(awk '/^VmRSS/{print $2}' "/proc/$p/status")" || printf '"incusd":null,"rssKiB":null,'
    p=$(pidlive "$m/os.pid") && printf '"os":%s,' "$p" || printf '"os":null,'
    printf '"clustered":%s,' "$([ -e "$m/incus/cluster.crt" ] && printf true || printf false)"
    # what the member shows on the wire: the cluster certificate once it is in a cluster
    c=$m/incus/server.crt; [ ! -r "$m/incus/cluster.crt" ] || c=$m/incus/cluster.crt
    if [ -r "$c" ]; then printf '"fingerprint":%s,"certificate":%s}' "$(jstr "$(fingerprint "$c")")" "$(jstr "$(cat "$c")")"
    else printf '"fingerprint":null,"certificate":null}'; fi
  done
  printf ']}\n'
}

up() {
  local n=$1 i t0=$SECONDS
  [[ $n =~ ^[0-9]+$ ]] && ((n >= 1 && n <= 60)) || die "up wants a number from 1 to 60"
  [ "$(id -u)" = 0 ] || die "needs root"
  need ip nsenter unshare pivot_root curl openssl awk findmnt setsid
  mkdir -p "$LAB/m" "$CACHE"
  exec 9> "$LAB/lock"; flock 9
  if [ -z "$CERT" ]; then
    CERT=$LAB/client.crt
    [ -s "$CERT" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:secp384r1 -sha384 -nodes -days 3650 \
      -subj /O=incus-lab/CN=incus-lab -keyout "$LAB/client.key" -out "$CERT" 2>/dev/null
    printf '%s' "$LAB/client.key" > "$LAB/key"
  else
    CERT=$(readlink -f "$CERT"); [ -r "$CERT" ] || die "no certificate $CERT"; printf '%s' "$KEY" > "$LAB/key"
  fi
  openssl x509 -in "$CERT" -noout || die "$CERT is no certificate"
  printf '%s' "$CERT" > "$LAB/cert"
  rootfs 9>&-
  netup
  for ((i = 1; i <= n; i++)); do memstart "$i" 9>&-; ovnstart "$i" 9>&-; osstart "$i" 9>&-; done
  for ((i = 1; i <= n; i++)); do daemonstart "$i" 9>&-; done
  for ((i = 1; i <= n; i++)); do daemonready "$i"; memconfig "$i"; done
  say "up: $n members in $((SECONDS - t0)) s"
  status
}

down() {
  local i
  [ "$(id -u)" = 0 ] || die "needs root"
  if [ -d "$LAB" ]; then
    exec 9> "$LAB/lock"; flock 9
    for i in $(members); do memdown "$i" 9>&-; done
    if [ -n "$(findmnt -rn -t cgroup2 -o TARGET | head -n1)" ]; then rmdir "$(cgroot)/$ID" 2>/dev/null || true; fi
    if mountpoint -q "$LAB/cg"; then umount "$LAB/cg"; rmdir "$LAB/cg"; fi
    rm -f "$LAB/cert" "$LAB/key" "$LAB/client.crt" "$LAB/client.key"; rm -rf --one-file-system "$LAB/m"
  fi
  ip link del "$BR" 2>/dev/null || true
  if [ "${1:-}" = --purge ]; then rm -rf --one-file-system "$CACHE"; rm -f "$LAB/lock"; rmdir "$LAB" 2>/dev/null || true; fi
}

options() { # the options of up and reset
  while [ $# -gt 0 ]; do case $1 in
    --cert) CERT=${2:?}; shift 2 ;;
    --key) KEY=$(readlink -f "${2:?}"); shift 2 ;;
    --no-os) OS=0; shift ;;
    --os-cmd) OSCMD=${2:?}; shift 2 ;;
    --name) NAME=${2:?}; shift 2 ;;
    --ovn) OVN=1; shift ;;
    *) die "unknown option $1" ;;
  esac; done
}

cmd=${1:-}; shift || true
case $cmd in
  __enter) member_enter "$@" ;;
  __scope) member_scope "$@" ;;
  __init) member_init "$@" ;;
  up) n=${1:-3}; shift || true; options "$@"; up "$n" ;;
  reset) n=${1:-3}; shift || true; options "$@"; down; up "$n" ;;
  down) down "${1:-}" ;;
  status) status ;;
  rootfs) mkdir -p "$CACHE"; rootfs ;;
  net) [ "$(id -u)" = 0 ] || die "needs root"; netup ;;
  image) [ -n "${1:-}" ] || die "image wants a file name"; image "$1" ;;
  kill) memberarg "${1:-}"; p=$(pidlive "$(mdir "$1")/incusd.pid") || die "not running"; kill -KILL "$p" ;;
  stop) memberarg "${1:-}"; pidend "$(mdir "$1")/incusd.pid" TERM 300 || die "still stopping" ;;
  start) memberarg "${1:-}"; NAME=$(sed 's/[0-9]*$//' "$(mdir "$1")/name"); memstart "$1"; ovnstart "$1"; osstart "$1"; daemonstart "$1"; daemonready "$1" ;;
  crash) memberarg "${1:-}"; pidend "$(mdir "$1")/init.pid" KILL 50 ;;
  cut) memberarg "${1:-}"; ip link set "${ID}h$1" down ;;
  heal) memberarg "${1:-}"; ip link set "${ID}h$1" up ;;
  exec) i=${1:-}; memberarg "$i"; shift; inmember "$i" "$@" ;;
  *) sed -n '2,/^set -/p' "$0" | sed -n 's/^# \{0,1\}//p'; exit 2 ;;
esac
