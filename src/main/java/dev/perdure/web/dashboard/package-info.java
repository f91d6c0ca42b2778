/**
 * The pages for people: what runs, what is stuck and why. Server-rendered with JTE, usable without
 * script. It imports what {@code web} may import, and {@code web}.
 *
 * <p>A request becomes a query or a form, records of the journal become view records, and a
 * template shows those. Views hold no clock text, so that a page changes only when the journal
 * does.
 */
@NullMarked
package dev.perdure.web.dashboard;

import org.jspecify.annotations.NullMarked;
