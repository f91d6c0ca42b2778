/**
 * Small programs around the server: the main class of the executable WAR and the health check of
 * the image.
 *
 * <p>It imports nothing but the JDK and is compiled for Java 17, so that {@code java -jar
 * perdure.war} can say what is missing when it is started by an older Java.
 */
@NullMarked
package dev.perdure.launcher;

import org.jspecify.annotations.NullMarked;
