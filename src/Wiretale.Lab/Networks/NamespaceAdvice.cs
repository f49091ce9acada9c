namespace Wiretale.Lab.Networks;

/// <summary>Why namespaces cannot be made here, and what to do about it.</summary>
public static class NamespaceAdvice
{
    /// <summary>A message for the user from what the system said.</summary>
    public static string For(string reason) => $"cannot make a network namespace here ({FirstLine(reason)}){(Cause(reason) is { } cause ? ": " + cause : "")}";

    /// <summary>The setting that forbids it, with its remedy; null when none of the known ones does.</summary>
    static string? Cause(string reason)
    {
        // What the system says at the limit (ENOSPC, user_namespaces(7)).
        if (reason.Contains("No space left on device", StringComparison.Ordinal))
        {
            return "there may be no more user namespaces; sudo sysctl user.max_user_namespaces=10000 allows more";
        }

        if (Reads("/proc/sys/kernel/unprivileged_userns_clone", "0"))
        {
            return "user namespaces are switched off for ordinary users; sudo sysctl kernel.unprivileged_userns_clone=1 allows them";
        }

        if (Reads("/proc/sys/user/max_user_namespaces", "0"))
        {
            return "user namespaces are switched off; sudo sysctl user.max_user_namespaces=10000 allows them";
        }

        if (Reads("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"))
        {
            return "AppArmor keeps them from ordinary users; sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0 allows them";
        }

        return File.Exists("/.dockerenv") || File.Exists("/run/.containerenv")
            ? "this is a container that forbids it; start it with --cap-add SYS_ADMIN, or with --security-opt seccomp=unconfined" : null;
    }

    static string FirstLine(string text) => text.Length == 0 ? "no reason given" : text.Split('\n')[0];

    static bool Reads(string path, string value)
    {
        try
        {
            return File.ReadAllText(path).Trim().Equals(value, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
