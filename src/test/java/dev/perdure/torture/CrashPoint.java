package dev.perdure.torture;

import java.util.List;
import java.util.Map;

/**
 * What came of a kill at one write of the {@link Script}.
 *
 * @param write its number, from 1
 * @param call what was about to be written, as a kind and a file
 * @param told what the client had been told last
 * @param stored how things stood in the journal directly after the kill, by run and step
 * @param cutOff the steps whose attempts were cut off, and which run again
 */
record CrashPoint(
    int write, String call, String told, Map<String, String> stored, List<String> cutOff) {}
