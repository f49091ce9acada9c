using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Rpc;

/// <summary>One of a message's arguments or results, or several.</summary>
/// <returns>The offset after it.</returns>
delegate int AfsPart(Packet p, in View v, Node tree, int at);

/// <summary>What AFS's requests and replies are made of.</summary>
static class AfsForms
{
    /// <summary>Names of 65 bytes, 8 or 13 servers, universally unique identifiers: each byte of them takes four (RFC 4506 section 4.1).</summary>
    const int VolumeNameLength = 65, UserNameLength = 64, PartialNameLength = 32, OldServers = 8, NewServers = 13, UuidLength = 44, MostInterfaces = 32;

    /// <summary>Adds what is known of an operation's arguments or results.</summary>
    public static void Add(Packet p, in View v, Node tree, int at, string server, uint operation, bool isReply)
    {
        if (Table.Forms.TryGetValue((server, operation, isReply), out var parts))
        {
            foreach (var part in parts)
            {
                at = part(p, v, tree, at);
            }
        }
    }

    static AfsPart Rows(params Row[] rows)
    {
        var layout = new Layout(rows);
        return (p, in v, tree, at) => p.AddRows(tree, v, at, layout);
    }

    static AfsPart Branch(string label, Layout layout) => (p, in v, tree, at) =>
    {
        var branch = p.AddText(tree, v, at, 0, label);
        int end = p.AddRows(branch, v, at, layout);
        p.SetLength(branch, end - at);
        return end;
    };

    static AfsPart Fid(string of) => Branch($"FileID ({of})", AfsFields.Fid);

    /// <summary>Text with its length before and what fills it up to four.</summary>
    static AfsPart Text(Field field) => (p, in v, tree, at) =>
    {
        int length = (int)Math.Min(v.U32(at), int.MaxValue / 2);
        v.Ensure(at + 4, length);
        p.AddString(tree, field, v, at, 4 + ((length + 3) & ~3), v.Span(at + 4, length));
        return at + 4 + ((length + 3) & ~3);
    };

    /// <summary>A part again and again, as often as the number before says.</summary>
    static AfsPart Times(AfsPart part, Field? counter = null) => (p, in v, tree, at) =>
    {
        uint count = v.U32(at);
        if (counter is not null)
        {
            p.Add(tree, counter, v, at);
        }

        at += 4;
        for (uint i = 0; i < count; i++)
        {
            at = part(p, v, tree, at);
        }

        return at;
    };

    /// <summary>A text of which each byte takes four.</summary>
    static int AddWide(Packet p, in View v, Node tree, int at, Field field, int length)
    {
        v.Ensure(at, 4 * length);
        var text = p.Scratch;
        text.Clear();
        for (int i = 0; i < length && v.U8(at + (4 * i) + 3) is > 0 and var letter; i++)
        {
            text.Append((char)letter);
        }

        p.AddString(tree, field, v, at, 4 * length, text.Bytes);
        return at + (4 * length);
    }

    static AfsPart Wide(Field field, int length) => (p, in v, tree, at) => AddWide(p, v, tree, at, field, length);

    static int FileCallback(Packet p, in View v, Node tree, int at)
    {
        var branch = p.AddText(tree, v, at, 12, "Callback");
        p.Add(branch, AfsFields.CallbackVersion, v, at);
        p.AddTime(branch, AfsFields.CallbackExpires, v, at + 4, 4, new(v.U32(at + 4), 0));
        p.Add(branch, AfsFields.CallbackType, v, at + 8);
        return at + 12;
    }

    static int FileData(Packet p, in View v, Node tree, int at)
    {
        if (at < v.Reported)
        {
            p.Add(tree, AfsFields.Data, v, at, v.Reported - at);
        }

        return v.Reported;
    }

    static int Time(Packet p, in View v, Node tree, int at)
    {
        p.AddTime(tree, AfsFields.Timestamp, v, at, 8, new(v.U32(at), (int)(v.U32(at + 4) % 1_000_000) * 1000));
        return at + 8;
    }

    static int Interfaces(Packet p, in View v, Node tree, int at)
    {
        uint count = Math.Min(v.U32(at), MostInterfaces);
        var branch = p.AddText(tree, v, at, 4 + UuidLength + (3 * 4 * MostInterfaces), "Interfaces");
        p.Add(branch, AfsFields.Interfaces, v, at);
        p.Add(branch, AfsFields.Uuid, v, at + 4, UuidLength);
        at += 4 + UuidLength;
        for (int i = 0; i < count; i++, at += 4)
        {
            p.Add(branch, AfsFields.InterfaceAddress, v, at);
            p.Add(branch, AfsFields.Netmask, v, at + (4 * MostInterfaces));
            p.Add(branch, AfsFields.Mtu, v, at + (8 * MostInterfaces));
        }

        return at + (4 * (MostInterfaces - (int)count)) + (8 * MostInterfaces);
    }

    static int Partitions(Packet p, in View v, Node tree, int at, uint count)
    {
        Span<byte> name = stackalloc byte[8];
        "/vicep"u8.CopyTo(name);
        for (int i = 0; i < count; i++)
        {
            uint number = v.U32(at + (4 * i));
            if (number < 26)
            {
                name[6] = (byte)('a' + number);
                p.AddString(tree, AfsFields.Partition, v, at + (4 * i), 4, name[..7]);
            }
        }

        return at;
    }

    /// <summary>Where a volume is: by address, or in the newest form by the servers' identifiers.</summary>
    static AfsPart Entry(int places, bool hasType, bool isUnique = false) => (p, in v, tree, at) =>
    {
        at = AddWide(p, v, tree, at, AfsFields.LocationName, VolumeNameLength) + (hasType ? 4 : 0);
        uint count = v.U32(at);
        p.Add(tree, AfsFields.Servers, v, at);
        at += 4;
        count = Math.Min(count, (uint)places);
        int size = isUnique ? UuidLength : 4;
        for (int i = 0; i < count; i++)
        {
            p.Add(tree, isUnique ? AfsFields.ServerUuid : AfsFields.ServerAddress, v, at + (size * i), size);
        }

        at += size * places;
        if (isUnique)
        {
            for (int i = 0; i < count; i++)
            {
                p.Add(tree, AfsFields.ServerUnique, v, at + (4 * i));
            }

            at += 4 * places;
        }

        at = Partitions(p, v, tree, at, count) + (4 * places);
        for (int i = 0; i < count && isUnique; i++)
        {
            p.Add(tree, AfsFields.ServerFlags, v, at + (4 * i));
        }

        at = p.AddRows(tree, v, at + (4 * places), AfsFields.Volumes);
        return isUnique ? p.AddRows(tree, v, at, AfsFields.UniqueEntryEnd) : hasType ? p.AddRows(tree, v, at, AfsFields.EntryEnd) : at;
    };

    /// <summary>An access list: text of which the first line tells how many may, the second how many may not.</summary>
    static int AccessList(Packet p, in View v, Node tree, int at)
    {
        int length = (int)Math.Min(v.U32(at), int.MaxValue / 2);
        p.Add(tree, AfsFields.AclSize, v, at);
        v.Ensure(at + 4, length);
        return at + 4 + ((length + 3) & ~3);
    }

    /// <summary>The forms, made when the first message is taken apart.</summary>
    static class Table
    {
        static readonly AfsPart Status = Branch("Status", AfsFields.Status), StoreStatus = Branch("Status", AfsFields.StoreStatus), Sync = Branch("VolSync", AfsFields.VolumeSync),
            DirectoryStatus = Branch("Directory Status", AfsFields.Status), FileStatus = Branch("File Status", AfsFields.Status);
        static readonly AfsPart Target = Fid("Target");
        static readonly AfsPart OldEntry = Entry(OldServers, hasType: true), NewEntry = Entry(NewServers, hasType: false), UniqueEntry = Entry(NewServers, hasType: false, isUnique: true);

        internal static readonly Dictionary<(string Server, uint Operation, bool IsReply), AfsPart[]> Forms = new()
        {
            [("FS", 130, false)] = [Fid("Source"), Rows(AfsFields.Offset, AfsFields.Length)],
            [("FS", 130, true)] = [Status, FileCallback, Sync, FileData],
            [("FS", 131, false)] = [Target],
            [("FS", 131, true)] = [AccessList, Status, Sync],
            [("FS", 132, false)] = [Target],
            [("FS", 132, true)] = [Status, FileCallback, Sync],
            [("FS", 133, false)] = [Fid("Destination"), StoreStatus, Rows(AfsFields.Offset, AfsFields.Length, AfsFields.FileLength), FileData],
            [("FS", 133, true)] = [Status, Sync],
            [("FS", 134, false)] = [Target, AccessList],
            [("FS", 134, true)] = [Status, Sync],
            [("FS", 135, false)] = [Target, StoreStatus],
            [("FS", 135, true)] = [Status, Sync],
            [("FS", 136, false)] = [Fid("Remove File"), Text(AfsFields.Name)],
            [("FS", 136, true)] = [Status, Sync],
            [("FS", 137, false)] = [Target, Text(AfsFields.Name), StoreStatus],
            [("FS", 137, true)] = [Fid("New File"), FileStatus, DirectoryStatus, FileCallback, Sync],
            [("FS", 138, false)] = [Fid("Old"), Text(AfsFields.OldName), Fid("New"), Text(AfsFields.NewName)],
            [("FS", 138, true)] = [Branch("Old Directory Status", AfsFields.Status), Branch("New Directory Status", AfsFields.Status), Sync],
            [("FS", 139, false)] = [Fid("File"), Text(AfsFields.LinkName), Text(AfsFields.LinkContent), StoreStatus],
            [("FS", 139, true)] = [Fid("Symlink")],
            [("FS", 140, false)] = [Fid("Link To (New File)"), Text(AfsFields.Name), Fid("Link From (Old File)")],
            [("FS", 140, true)] = [Branch("Link Status", AfsFields.Status)],
            [("FS", 141, false)] = [Target, Text(AfsFields.Name), StoreStatus],
            [("FS", 141, true)] = [Fid("New Directory"), FileStatus, DirectoryStatus, FileCallback, Sync],
            [("FS", 142, false)] = [Target, Text(AfsFields.Name)],
            [("FS", 142, true)] = [DirectoryStatus, Sync],
            [("FS", 147, false)] = [Times(Target), Times(FileCallback)],
            [("FS", 148, false)] = [Text(AfsFields.VolumeName)],
            [("FS", 149, false)] = [Rows(AfsFields.VolumeId)],
            [("FS", 151, true)] = [Text(AfsFields.VolumeName)],
            [("FS", 153, true)] = [Time],
            [("FS", 155, false)] = [Times(Target)],
            [("FS", 155, true)] = [Times(Status), Times(FileCallback), Sync],
            [("FS", 156, false)] = [Target, Rows(AfsFields.LockType)],
            [("FS", 156, true)] = [Sync],
            [("FS", 157, false)] = [Target],
            [("FS", 157, true)] = [Sync],
            [("FS", 158, false)] = [Target],
            [("FS", 158, true)] = [Sync],
            [("FS", 65536, false)] = [Times(Target)],
            [("FS", 65536, true)] = [Times(Status), Times(FileCallback), Sync],
            [("FS", 65537, false)] = [Target, Rows(AfsFields.Offset64, AfsFields.Length64)],
            [("FS", 65538, false)] = [Target, StoreStatus, Rows(AfsFields.Offset64, AfsFields.Length64, AfsFields.FileLength64)],

            [("CB", 204, false)] = [Times(Branch("FileID (Target)", AfsFields.CallbackFid)), Times(Branch("Callback", AfsFields.Callback))],
            [("CB", 65538, true)] = [Interfaces, Branch("Capabilities", AfsFields.Capabilities)],

            [("VLDB", 503, false)] = [Rows(AfsFields.LocationId, AfsFields.LocationType)],
            [("VLDB", 503, true)] = [OldEntry],
            [("VLDB", 504, false)] = [Text(AfsFields.LocationName)],
            [("VLDB", 504, true)] = [OldEntry],
            [("VLDB", 505, false)] = [Rows(AfsFields.Bump)],
            [("VLDB", 505, true)] = [Rows(AfsFields.LocationId)],
            [("VLDB", 510, false)] = [Rows(AfsFields.LocationIndex)],
            [("VLDB", 510, true)] = [Rows(AfsFields.LocationCount, AfsFields.NextIndex)],
            [("VLDB", 518, false)] = [Rows(AfsFields.LocationId, AfsFields.LocationType)],
            [("VLDB", 518, true)] = [NewEntry],
            [("VLDB", 519, false)] = [Text(AfsFields.LocationName)],
            [("VLDB", 519, true)] = [NewEntry],
            [("VLDB", 521, false)] = [Rows(AfsFields.LocationIndex)],
            [("VLDB", 521, true)] = [Rows(AfsFields.LocationCount, AfsFields.NextIndex)],
            [("VLDB", 526, true)] = [UniqueEntry],
            [("VLDB", 527, false)] = [Text(AfsFields.LocationName)],
            [("VLDB", 527, true)] = [UniqueEntry],

            [("PROT", 500, false)] = [Text(AfsFields.UserName), Rows(AfsFields.Id, AfsFields.OldId)],
            [("PROT", 503, false)] = [Rows(AfsFields.User, AfsFields.GroupId)],
            [("PROT", 504, false)] = [Times(Wide(AfsFields.UserName, UserNameLength), AfsFields.Count)],
            [("PROT", 504, true)] = [Times(Rows(AfsFields.Id), AfsFields.Count)],
            [("PROT", 505, false)] = [Times(Rows(AfsFields.Id), AfsFields.Count)],
            [("PROT", 505, true)] = [Times(Wide(AfsFields.UserName, UserNameLength), AfsFields.Count)],
            [("PROT", 506, false)] = [Rows(AfsFields.Id)],
            [("PROT", 507, false)] = [Rows(AfsFields.User, AfsFields.GroupId)],
            [("PROT", 508, false)] = [Rows(AfsFields.Id)],
            [("PROT", 508, true)] = [Times(Rows(AfsFields.Id), AfsFields.Count)],
            [("PROT", 510, true)] = [Rows(AfsFields.MostUser, AfsFields.MostGroup)],
            [("PROT", 511, false)] = [Rows(AfsFields.Id, AfsFields.MaxFlag)],
            [("PROT", 512, false)] = [Rows(AfsFields.Id)],
            [("PROT", 513, false)] = [Rows(AfsFields.Id), Text(AfsFields.UserName), Rows(AfsFields.OldId, AfsFields.NewId)],
            [("PROT", 514, false)] = [Rows(AfsFields.Id)],
            [("PROT", 514, true)] = [Times(Rows(AfsFields.Id), AfsFields.Count)],
            [("PROT", 515, false)] = [Rows(AfsFields.User, AfsFields.GroupId)],
            [("PROT", 517, false)] = [Rows(AfsFields.Id)],
            [("PROT", 517, true)] = [Times(Rows(AfsFields.Id), AfsFields.Count)],

            [("VOL", 121, false)] = [Rows(AfsFields.Moved, AfsFields.MovedId)],
            [("VOL", 121, true)] = [Rows(AfsFields.Moved), Wide(AfsFields.MovedName, PartialNameLength)],
        };
    }
}
