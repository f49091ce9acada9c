namespace Wiretale.Capture.Live;

/// <summary>What to do where the system does not let this user capture.</summary>
public static class CapturePermission
{
    /// <summary>A few lines for the user.</summary>
    public static string Advice => OperatingSystem.IsLinux()
        ? $"Capturing needs the capability CAP_NET_RAW. Either\n"
            + $"    run it with sudo, or\n"
            + $"    give it to the program that runs this one, for every user: sudo setcap cap_net_raw,cap_net_admin=ep {Environment.ProcessPath}\n"
            + "To see what a program of your own sends, neither is needed: wiretale watch -- COMMAND"
        : "Run it with sudo.";
}
