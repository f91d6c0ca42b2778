/**
 * The dashboard: servlets that render JTE templates.
 *
 * <p>It imports what {@code web} may import, and {@code web}.
 */
@NullMarked
package dev.perdure.web.dashboard;

import org.jspecify.annotations.NullMarked;
