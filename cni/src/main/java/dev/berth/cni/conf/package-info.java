/**
 * Network configurations of the Container Network Interface: what a file says, and which file of
 * the folder counts.
 *
 * <p>Files are an administrator's, but read with bounds and types all the same: a file that cannot
 * be used is passed over and named with its reason. All of it is pure but {@link
 * dev.berth.cni.conf.ConfFolder}, which reads the folder anew whenever it is asked and something
 * changed, so that no event can be missed.
 */
@NullMarked
package dev.berth.cni.conf;

import org.jspecify.annotations.NullMarked;
