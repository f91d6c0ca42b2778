/** Steps that do not do as they are told, and clocks that do not, against the real server. */
@NullMarked
package dev.perdure.torture.hostile;

import org.jspecify.annotations.NullMarked;
