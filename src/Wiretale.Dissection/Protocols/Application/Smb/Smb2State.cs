using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Smb;

/// <summary>A request that waits for its response, and what the response needs of it.</summary>
sealed class Smb2Request
{
    public int Frame;
    public Timestamp Time;

    /// <summary>GetInfo's and SetInfo's class and level; Find's level.</summary>
    public int Class, Level;
    public string LevelName = "";

    /// <summary>The file, tree or search pattern that it named.</summary>
    public string? Name;

    /// <summary>The file that it read from or wrote to.</summary>
    public (ulong, ulong) File;
}

/// <summary>A share that is connected, or is about to be.</summary>
sealed class Smb2Tree
{
    public string Name = "";
    public int Type, Frame;

}

/// <summary>Who is logged on in a session.</summary>
sealed class Smb2Session
{
    public string Account = "", Domain = "", Host = "";
    public int Frame;
}

/// <summary>What is remembered of an SMB2 connection: requests by message, and the names behind its numbers.</summary>
sealed class Smb2Connection
{
    /// <summary>More than this of anything means that the capture lost what would have ended it; then all are forgotten.</summary>
    const int Limit = 20_000;

    readonly Dictionary<ulong, Smb2Request> requests = [];
    readonly Dictionary<(ulong, ulong), string> files = [];
    readonly Dictionary<(ulong Session, uint Tree), Smb2Tree> trees = [];
    readonly Dictionary<ulong, Smb2Session> sessions = [];

    /// <summary>Who logs on just now: the name stands in the request, the session is known good with the response.</summary>
    public Smb2Session? LoggingOn { get; set; }

    public void Ask(ulong message, Smb2Request request) => Keep(requests, message, request);

    public Smb2Request? Answer(ulong message) => requests.Remove(message, out var request) ? request : null;

    public void Open((ulong, ulong) file, string name) => Keep(files, file, name);

    /// <summary>A closed file's number may come to mean another file.</summary>
    public void Close((ulong, ulong) file) => files.Remove(file);

    public string? FileName((ulong, ulong) file) => files.GetValueOrDefault(file);

    public void Connect(ulong session, uint tree, Smb2Tree share) => Keep(trees, (session, tree), share);

    public Smb2Tree? Tree(ulong session, uint tree) => trees.GetValueOrDefault((session, tree));

    public void LogOn(ulong session, Smb2Session who) => Keep(sessions, session, who);

    public Smb2Session? Session(ulong session) => sessions.GetValueOrDefault(session);

    static void Keep<TKey, TValue>(Dictionary<TKey, TValue> known, TKey key, TValue value)
        where TKey : notnull
    {
        if (known.Count >= Limit)
        {
            known.Clear();
        }

        known[key] = value;
    }
}
