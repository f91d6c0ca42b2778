/**
 * The HTTP API: servlets that speak JSON.
 *
 * <p>It imports what {@code web} may import, and {@code web}.
 */
@NullMarked
package dev.perdure.web.api;

import org.jspecify.annotations.NullMarked;
