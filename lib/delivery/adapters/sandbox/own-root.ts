/** Where a confined candidate finds itself and the programs that run it. */
export const INSIDE = {
  candidate: "/candidate",
  node: "/sandbox/node",
  php: "/sandbox/php",
  prlimit: "/sandbox/prlimit",
  setpriv: "/sandbox/setpriv",
};

/**
 * Builds a root of its own for a candidate, in namespaces that `unshare` has just made, and becomes the program given after it.
 *
 * Arguments: folder to lay it over, candidate's folder, interpreter, where that is found inside, a folder that it reads or "",
 * prlimit, setpriv, program and its arguments. What is mounted here exists in this
 * namespace only, and ends with it. After `chroot` every capability is given up for good, so that nothing can leave the root again: a second
 * chroot, a mount or a new user namespace from within a changed root are refused by the kernel (user_namespaces(7), chroot(2)).
 */
export const OWN_ROOT_SCRIPT = `
set -eu
root=$1; candidate=$2; interpreter=$3; inside=$4; data=$5; prlimit=$6; setpriv=$7; shift 7
show() { mount --bind "$1" "$2"; mount -o remount,bind,ro,nosuid,nodev "$2"; }
mount -t tmpfs -o mode=755,size=64k,nosuid,nodev own-root "$root"
cd "$root"
mkdir -p usr/lib sandbox candidate tmp dev
touch "$root$inside" sandbox/prlimit sandbox/setpriv
show /usr/lib usr/lib
if [ -d /usr/lib64 ]; then mkdir usr/lib64; show /usr/lib64 usr/lib64; fi
for library in lib lib64; do
  if [ -L /$library ]; then ln -s "$(readlink /$library)" $library
  elif [ -d /$library ]; then mkdir $library; show /$library $library; fi
done
show "$interpreter" "$root$inside"
if [ -d "$data" ]; then mkdir -p "$root$data"; show "$data" "$root$data"; fi
show "$prlimit" sandbox/prlimit
show "$setpriv" sandbox/setpriv
show "$candidate" candidate
for device in null zero random urandom; do touch dev/$device; mount --bind /dev/$device dev/$device; done
mount -o remount,bind,ro,nosuid,nodev "$root"
unset OLDPWD PWD
exec chroot "$root" ${INSIDE.setpriv} --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"
`;
