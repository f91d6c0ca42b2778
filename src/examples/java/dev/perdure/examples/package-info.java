/**
 * Four workflows as they could be in use: an order, the import of a file, a watch on a web page and
 * a slow API. Compiled and run by the tests, and in no archive of Perdure.
 *
 * <p>They import the package {@code workflow} and nothing else of Perdure.
 */
@NullMarked
package dev.perdure.examples;

import org.jspecify.annotations.NullMarked;
