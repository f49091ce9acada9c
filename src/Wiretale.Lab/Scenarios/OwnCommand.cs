namespace Wiretale.Lab.Scenarios;

/// <summary>The command that all of this is part of.</summary>
static class OwnCommand
{
    /// <summary>What starts it: it stands beside this assembly, as a program, or to be started by the runtime.</summary>
    public static string[] Words { get; } = File.Exists(Path.Combine(AppContext.BaseDirectory, "wiretale"))
        ? [Path.Combine(AppContext.BaseDirectory, "wiretale")]
        : ["dotnet", Path.Combine(AppContext.BaseDirectory, "wiretale.dll")];
}
