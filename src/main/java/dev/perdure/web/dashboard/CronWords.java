package dev.perdure.web.dashboard;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Says the simple cron rules in words; any other is shown as it is written. */
final class CronWords {

  private static final Pattern NUMBER = Pattern.compile("\\d{1,2}");
  private static final Pattern EVERY = Pattern.compile("\\*/(\\d{1,2})");
  private static final List<String> DAYS =
      List.of("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday");

  private CronWords() {}

  static String of(String cron) {
    String[] part = cron.strip().split("\\s+");
    if (part.length != 5 || !part[3].equals("*") || !(part[2].equals("*") || part[4].equals("*"))) {
      return cron;
    }
    if (isNumber(part[0]) && isNumber(part[1])) {
      return atOneTime(cron, part);
    }
    if (!part[1].equals("*") || !part[2].equals("*") || !part[4].equals("*")) {
      return cron;
    }
    return withinTheHour(cron, part[0]);
  }

  private static String atOneTime(String cron, String[] part) {
    var time =
        String.format(
            Locale.ROOT, "%02d:%02d", Integer.parseInt(part[1]), Integer.parseInt(part[0]));
    if (part[2].equals("*") && part[4].equals("*")) {
      return "Every day at " + time;
    }
    if (isNumber(part[4]) && Integer.parseInt(part[4]) <= 7) {
      return "Every " + DAYS.get(Integer.parseInt(part[4]) % 7) + " at " + time;
    }
    if (part[4].equals("1-5")) {
      return "Monday to Friday at " + time;
    }
    return isNumber(part[2]) ? "Day " + part[2] + " of each month at " + time : cron;
  }

  private static String withinTheHour(String cron, String minute) {
    if (minute.equals("*") || minute.equals("*/1")) {
      return "Every minute";
    }
    var every = EVERY.matcher(minute);
    if (every.matches()) {
      int step = Integer.parseInt(every.group(1));
      return step > 0 && 60 % step == 0 ? "Every " + step + " minutes" : cron;
    }
    return isNumber(minute)
        ? String.format(Locale.ROOT, "Every hour at :%02d", Integer.parseInt(minute))
        : cron;
  }

  private static boolean isNumber(String text) {
    return NUMBER.matcher(text).matches();
  }
}
