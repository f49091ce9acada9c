using System.Diagnostics;

namespace Wiretale.Lab.Networks;

/// <summary>The command that all of this is part of, started as a process of its own.</summary>
static class OwnCommand
{
    /// <summary>What starts it: it stands beside this assembly, as a program, or to be started by the runtime.</summary>
    public static string[] Words { get; } = File.Exists(Path.Combine(AppContext.BaseDirectory, "wiretale"))
        ? [Path.Combine(AppContext.BaseDirectory, "wiretale")]
        : ["dotnet", Path.Combine(AppContext.BaseDirectory, "wiretale.dll")];

    /// <summary>Keeps the runtime from opening its diagnostic ports in the temporary folder, where they would stay when the process is killed with its namespace.</summary>
    public static ProcessStartInfo LeavingNothing(ProcessStartInfo start)
    {
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return start;
    }
}
