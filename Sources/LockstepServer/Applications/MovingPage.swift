/// A page on which something runs: it is loaded again now and then, so that it is never much out of date.
public enum MovingPage {
    /// The script. Its page says by the attribute `data-moving` of an element that something runs.
    ///
    /// Whatever somebody has written or chosen would be lost, so that the page then stays as it is; and whoever has just
    /// followed a link is not called back.
    public static let script = """
        "use strict";
        (() => {
          if (!document.querySelector("[data-moving]")) return;
          let isLeaving = false;
          addEventListener("beforeunload", () => { isLeaving = true; });
          setInterval(() => {
            const fields = [...document.querySelectorAll("input:not([type=radio], [type=checkbox]), textarea")];
            if (!isLeaving && !fields.some((field) => field.value !== field.defaultValue)) location.reload();
          }, 2000);
        })();

        """
}
