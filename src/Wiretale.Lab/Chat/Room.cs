using System.Text;
using Wiretale.Wire;

namespace Wiretale.Lab.Chat;

/// <summary>A chat room: who is in it, and who gets what. Every member gets the same messages in the same order, but for its own.</summary>
public sealed class Room : IDisposable
{
    readonly Lock gate = new();
    readonly HashSet<RoomMember> present = [];
    readonly Dictionary<string, RoomMember> named = new(StringComparer.OrdinalIgnoreCase);
    readonly ILog log;
    readonly ITimer watch;

    public Room(TimeProvider clock, ILog log, RoomLimits limits)
    {
        (Clock, this.log, Limits) = (clock, log, limits);
        watch = clock.CreateTimer(_ => CutStalled(), state: null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>What it bears.</summary>
    public RoomLimits Limits { get; }

    internal TimeProvider Clock { get; }

    /// <summary>Lets a client in that has not said its name yet; null when the room is full.</summary>
    public RoomMember? Admit(IRoomPeer peer)
    {
        lock (gate)
        {
            if (present.Count >= Limits.Clients)
            {
                log.Show($"The room is full: {peer.Address} was turned away", Tone.Bad);
                return null;
            }

            var member = new RoomMember(this, peer);
            present.Add(member);
            return member;
        }
    }

    /// <summary>Sees a client off, however it left; the others are told if it had a name.</summary>
    public void Leave(RoomMember member)
    {
        lock (gate)
        {
            if (!present.Remove(member) || member.Name is not { } name)
            {
                return;
            }

            named.Remove(name);
            string note = name + Encoding.UTF8.GetString(ChatFormat.Left);
            log.Show(note, Tone.Note);
            ToOthers(member, note);
        }
    }

    /// <summary>A remark to one client.</summary>
    public static byte[] Remark(string text) => [.. ChatFormat.Remark, .. Line(text)];

    /// <summary>Gives a member its name.</summary>
    /// <returns>What is wrong with the name, or null.</returns>
    internal string? Join(RoomMember member, string name)
    {
        if (Objection(name) is { } objection)
        {
            return objection;
        }

        lock (gate)
        {
            if (!present.Contains(member))
            {
                return null;
            }

            if (!named.TryAdd(name, member))
            {
                return $"The name {name} is taken. Send another one";
            }

            member.Name = name;
            log.Show($"{name} is joined to the chatroom!", Tone.Good);
            return null;
        }
    }

    internal void Say(RoomMember member, string text)
    {
        lock (gate)
        {
            if (member.Name is { } name && present.Contains(member))
            {
                log.Show($"{name} said {text}");
                ToOthers(member, $"{name}{Encoding.UTF8.GetString(ChatFormat.Says)}{text}");
            }
        }
    }

    internal void Report(RoomMember member, string what) => log.Show($"{member.Name ?? member.Address} {what}", Tone.Bad);

    static string? Objection(string name) =>
        name.Length == 0 ? "A name cannot be empty. Send one"
        : Encoding.UTF8.GetByteCount(name) > ChatFormat.LongestName ? $"A name has at most {ChatFormat.LongestName} bytes. Send a shorter one"
        : name.Contains(':', StringComparison.Ordinal) || name.StartsWith('*') || name.Any(c => char.IsControl(c) || c is '\ufffd' or (>= '\u2400' and <= '\u2421'))
            ? "A name has no colon, no control character and no asterisk in front. Send another one"
        : null;

    static byte[] Line(string text) => Encoding.UTF8.GetBytes(text + "\n");

    void ToOthers(RoomMember but, string text)
    {
        byte[] line = Line(text);
        foreach (var member in named.Values)
        {
            if (member != but)
            {
                member.Send(line);
            }
        }
    }

    void CutStalled()
    {
        RoomMember[] stalled;
        lock (gate)
        {
            stalled = [.. present.Where(member => member.IsStalled)];
        }

        foreach (var member in stalled)
        {
            member.CutOff($"reads nothing for {Limits.Stall.TotalSeconds:0} seconds: cut off");
        }
    }

    /// <inheritdoc />
    public void Dispose() => watch.Dispose();
}
