/** Network namespaces that tests play pods, hosts and outsides in. */
@NullMarked
package dev.berth.netns;

import org.jspecify.annotations.NullMarked;
