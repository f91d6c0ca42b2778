/**
 * What the HTTP API and the dashboard share: the filters for limits and security.
 *
 * <p>It imports {@code workflow}, {@code journal} and {@code engine}, and never runs SQL.
 */
@NullMarked
package dev.perdure.web;

import org.jspecify.annotations.NullMarked;
