using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Smb;

/// <summary>A request that waits for its response.</summary>
sealed class SmbRequest
{
    public int Frame;
    public Timestamp Time;

    /// <summary>The file it is about; -1 for none.</summary>
    public int File = -1;

    /// <summary>A transaction's function.</summary>
    public int Function = -1;

    /// <summary>The level of information that was asked for.</summary>
    public int Level = -1;

    /// <summary>Whether a transaction goes through a pipe.</summary>
    public bool IsPipe;
}

/// <summary>What is remembered of a connection: its requests, by process and multiplex number.</summary>
sealed class SmbConnection
{
    const int Limit = 20_000;

    readonly Dictionary<uint, SmbRequest> requests = [];

    public void Ask(uint key, SmbRequest request)
    {
        if (requests.Count >= Limit)
        {
            requests.Clear();
        }

        requests[key] = request;
    }

    public SmbRequest? Answer(uint key) => requests.GetValueOrDefault(key);
}
