package dev.berth.kernel;

import static dev.berth.kernel.SystemCall.FSCONFIG;
import static dev.berth.kernel.SystemCall.FSMOUNT;
import static dev.berth.kernel.SystemCall.FSOPEN;
import static dev.berth.kernel.SystemCall.MOUNT;
import static dev.berth.kernel.SystemCall.MOUNT_SETATTR;
import static dev.berth.kernel.SystemCall.MOVE_MOUNT;
import static dev.berth.kernel.SystemCall.OPEN_TREE;
import static dev.berth.kernel.SystemCall.READ;
import static dev.berth.kernel.SystemCall.UMOUNT2;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Mount calls, for real. All of them may wait: for a disk, for a server, for a lock. */
final class LinuxMounts implements Mounts {

  private static final int FSOPEN_CLOEXEC = 1;
  private static final int FSMOUNT_CLOEXEC = 1;
  private static final int FSCONFIG_SET_FLAG = 0;
  private static final int FSCONFIG_SET_STRING = 1;
  private static final int FSCONFIG_SET_FD = 5;
  private static final int FSCONFIG_CMD_CREATE = 6;
  private static final int MESSAGE_ROOM = 1024;
  private static final int MOST_MESSAGES = 16;
  private static final byte[] EMPTY = new byte[0];

  @Override
  public Fd fsopen(String type) throws ErrnoException {
    Waiting.allowed("fsopen");
    try (var scratch = Scratch.take()) {
      long at = PathText.put(scratch, "fsopen", bytes(type));
      return Fd.owned((int) FSOPEN.check(FSOPEN.raw(at, FSOPEN_CLOEXEC, 0, 0, 0), type));
    }
  }

  @Override
  public void setFlag(Fd context, String key) throws ErrnoException {
    try (var scratch = Scratch.take()) {
      configure(context, FSCONFIG_SET_FLAG, scratch.cString(bytes(key)), 0, 0, key);
    }
  }

  @Override
  public void setString(Fd context, String key, String value) throws ErrnoException {
    try (var scratch = Scratch.take()) {
      long name = scratch.cString(bytes(key));
      long holds = PathText.put(scratch, "fsconfig", bytes(value));
      configure(context, FSCONFIG_SET_STRING, name, holds, 0, key + "=" + value);
    }
  }

  @Override
  public void setFd(Fd context, String key, Fd value) throws ErrnoException {
    try (var scratch = Scratch.take()) {
      long name = scratch.cString(bytes(key));
      configure(context, FSCONFIG_SET_FD, name, 0, value.number(), key + "=" + value);
    }
  }

  @Override
  public void create(Fd context) throws ErrnoException {
    configure(context, FSCONFIG_CMD_CREATE, 0, 0, 0, "create");
  }

  private void configure(Fd context, int command, long key, long value, long aux, String about)
      throws ErrnoException {
    Waiting.allowed("fsconfig");
    long result = FSCONFIG.raw(context.number(), command, key, value, aux);
    if (result < 0) {
      List<String> said = messages(context);
      throw FSCONFIG.failed(result, said.isEmpty() ? about : about + "; kernel: " + said);
    }
  }

  @Override
  public List<String> messages(Fd context) throws ErrnoException {
    var messages = new ArrayList<String>();
    try (var scratch = Scratch.take()) {
      int room = scratch.reserveRaw(MESSAGE_ROOM);
      while (messages.size() < MOST_MESSAGES) {
        long length = READ.repeated(context.number(), scratch.address(room), MESSAGE_ROOM, 0, 0);
        if (length <= 0) {
          return messages;
        }
        byte[] text = scratch.bytes(room, (int) length);
        messages.add(new String(text, StandardCharsets.UTF_8).strip());
      }
    }
    return messages;
  }

  @Override
  public Fd fsmount(Fd context, int attributes) throws ErrnoException {
    Waiting.allowed("fsmount");
    long fd = FSMOUNT.raw(context.number(), FSMOUNT_CLOEXEC, attributes, 0, 0);
    if (fd < 0) {
      List<String> said = messages(context);
      throw FSMOUNT.failed(fd, context + (said.isEmpty() ? "" : "; kernel: " + said));
    }
    return Fd.owned((int) fd);
  }

  @Override
  public Fd openTree(Fd dir, String path, int flags) throws ErrnoException {
    Waiting.allowed("open_tree");
    try (var scratch = Scratch.take()) {
      long at = PathText.put(scratch, "open_tree", bytes(path));
      long fd = OPEN_TREE.raw(dir.number(), at, flags | (long) OpenFlags.O_CLOEXEC, 0, 0);
      return Fd.owned((int) ok(OPEN_TREE, fd, dir, path));
    }
  }

  @Override
  public void moveMount(Fd from, String fromPath, Fd to, String toPath, int flags)
      throws ErrnoException {
    Waiting.allowed("move_mount");
    try (var scratch = Scratch.take()) {
      long source = PathText.put(scratch, "move_mount", bytes(fromPath));
      long target = PathText.put(scratch, "move_mount", bytes(toPath));
      long result = MOVE_MOUNT.raw(from.number(), source, to.number(), target, flags);
      ok(MOVE_MOUNT, result, to, toPath);
    }
  }

  @Override
  public void setAttributes(Fd dir, String path, int flags, MountAttributes attributes)
      throws ErrnoException {
    Waiting.allowed("mount_setattr");
    try (var scratch = Scratch.take()) {
      long at = PathText.put(scratch, "mount_setattr", bytes(path));
      int attr = scratch.reserve(Layout.MOUNT_ATTR_SIZE);
      Fd userNamespace = attributes.userNamespace();
      scratch.putLong(attr, attributes.set()).putLong(attr + 8, attributes.clear());
      scratch.putLong(attr + 16, attributes.propagation());
      scratch.putLong(attr + 24, userNamespace == null ? 0 : userNamespace.number());
      long result =
          MOUNT_SETATTR.raw(dir.number(), at, flags, scratch.address(attr), Layout.MOUNT_ATTR_SIZE);
      ok(MOUNT_SETATTR, result, dir, path);
    }
  }

  @Override
  public void mount(String source, String target, String type, long flags, String data)
      throws ErrnoException {
    Waiting.allowed("mount");
    try (var scratch = Scratch.take()) {
      long from = PathText.put(scratch, "mount", bytes(source));
      long to = PathText.put(scratch, "mount", bytes(target));
      long kind = PathText.put(scratch, "mount", bytes(type));
      long options = data.isEmpty() ? 0 : PathText.put(scratch, "mount", bytes(data));
      long result = MOUNT.raw(from, to, type.isEmpty() ? 0 : kind, flags, options);
      ok(MOUNT, result, Fd.CWD, source + " → " + target);
    }
  }

  @Override
  public void umount(String target, int flags) throws ErrnoException {
    Waiting.allowed("umount2");
    try (var scratch = Scratch.take()) {
      long at = PathText.put(scratch, "umount2", bytes(target));
      ok(UMOUNT2, UMOUNT2.raw(at, flags, 0, 0, 0), Fd.CWD, target);
    }
  }

  private static long ok(SystemCall call, long result, Fd dir, String path) throws ErrnoException {
    if (result < 0) {
      throw call.failed(result, PathText.show(dir, bytes(path)));
    }
    return result;
  }

  private static byte[] bytes(String text) {
    return text.isEmpty() ? EMPTY : text.getBytes(StandardCharsets.UTF_8);
  }
}
