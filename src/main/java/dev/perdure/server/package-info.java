/**
 * Puts the parts together: configuration, the embedded Jetty, the listener for a foreign container,
 * and the face of an embedded engine.
 *
 * <p>It may import every package but {@code testing} and {@code launcher}.
 */
@NullMarked
package dev.perdure.server;

import org.jspecify.annotations.NullMarked;
